# Functions of atexit, finalisers of globals, and output after the last line.
import atexit
import sys


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def last(name, value):
    local = Noisy("local")
    print("atexit", name, value.name)


first = Noisy("first")
atexit.register(last, "a", Noisy("argument"))
atexit.register(last, name="b", value=first)
removed = atexit.register(print, "never")
atexit.unregister(print)


@atexit.register
def decorated():
    print("decorated", "first" in globals())


second = Noisy("second")
_private = Noisy("private")
first_again = first
sys.stdout.write("end\n")
