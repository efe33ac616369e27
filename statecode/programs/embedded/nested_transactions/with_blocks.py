"""Every begin opens a `with` block one call deeper; rollback leaves it by an exception."""
from contextlib import contextmanager
import sys

data = {}


class Rollback(Exception):
    pass


@contextmanager
def transaction():
    before = data.copy()
    try:
        yield
    except Rollback:
        data.clear()
        data.update(before)


def session(lines, level):
    for line in lines:
        word, *args = line.split()
        if word == "set":
            data[args[0]] = args[1]
        elif word == "get":
            print(data.get(args[0], "none"))
        elif word == "begin":
            with transaction():
                session(lines, level + 1)
        elif level == 0:
            sys.exit(word + " without begin")
        elif word == "commit":
            return
        else:
            raise Rollback


session(iter(sys.stdin.read().splitlines()), 0)
