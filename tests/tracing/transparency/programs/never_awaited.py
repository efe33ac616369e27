# Coroutines that are never awaited: each RuntimeWarning appears where python prints it.
import sys


async def work(n):
    return n


def drop():
    c = work(1)
    print("in drop")
    c = None
    print("after rebinding", file=sys.stderr)


drop()
work(2)
print("after the statement", file=sys.stderr)
pending = work(3)
print("kept", file=sys.stderr)
del pending
print("deleted", file=sys.stderr)
closed = work(4)
closed.close()
del closed
print("closed without a warning", file=sys.stderr)
