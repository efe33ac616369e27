"""The stack is the call stack: each push enters a deeper frame, each pop returns from it."""
import sys


class Empty(Exception):
    pass


def level(commands, value, smallest):
    for line in commands:
        if line.startswith("push"):
            n = int(line[5:])
            level(commands, n, n if smallest is None else min(n, smallest))
        elif value is None:
            raise Empty(line.strip())
        elif line.startswith("pop"):
            print(value)
            return
        else:
            print("min", smallest)


level(iter(sys.stdin.readlines()), None, None)
