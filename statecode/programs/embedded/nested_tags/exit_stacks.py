import contextlib
import sys


@contextlib.contextmanager
def tag(name, level):
    print("  " * level + f"<{name}>")
    try:
        yield
    finally:
        print("  " * level + f"</{name}>")


with contextlib.ExitStack() as document:
    opened = []
    for line in sys.stdin.read().splitlines():
        if line.startswith("open "):
            stack = contextlib.ExitStack()
            stack.enter_context(tag(line[5:], len(opened)))
            opened.append(stack)
            document.push(stack)
        elif line == "close":
            opened.pop().close()
        else:
            print("  " * len(opened) + line)
