from itertools import count
import sys

made, used = {}, 0
for line in sys.stdin.read().splitlines():
    match line.split():
        case ["new", name, step]:
            made[name] = count(int(step), int(step))
        case ["tick", name]:
            print(next(made[name]))
            used += 1
        case ["total"]:
            print(used)
