# sys.exit in nested finally blocks with an exit code.
import sys


class Noisy:
    def __del__(self):
        print("del")


def leave(code):
    local = Noisy()
    try:
        sys.exit(code)
    finally:
        print("finally")


try:
    leave(5)
except SystemExit as error:
    print("caught", error.code)
print("again")
leave(3)
