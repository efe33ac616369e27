# An exception that nothing catches: the traceback on stderr and the exit code.
import sys


class Custom(Exception):
    def __str__(self):
        return "custom text\nof two lines"


def inner(values):
    return values[
        "missing"
    ]


def middle():
    local = {"a": 1}
    try:
        inner(local)
    except KeyError as error:
        raise Custom(1) from error


print("before")
print("on stderr", file=sys.stderr)
try:
    middle()
finally:
    print("finally")
