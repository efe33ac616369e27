# sys.exit with a text: it goes to stderr, and the exit code is 1.
import atexit
import sys


@atexit.register
def goodbye():
    print("goodbye")


atexit.register(print, "registered second")


class Held:
    def __del__(self):
        print("del of a global")


held = Held()


def main(argument):
    unused = [argument]
    sys.exit("a text for stderr")


main(1)
