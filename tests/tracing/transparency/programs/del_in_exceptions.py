# Values in frames of an exception live as long as its traceback, and no longer.
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def fail(name):
    local = Noisy(name)
    raise ValueError(name)


try:
    fail("one")
except ValueError:
    print("handler one")
print("after one")
try:
    fail("two")
except ValueError as error:
    print("handler two", error)
print("after two")
try:
    fail("three")
except ValueError as error:
    kept = error
print("kept three")
kept = None
print("dropped three")


def handled():
    a = Noisy("a")
    try:
        fail("four")
    except ValueError as error:
        a = error
    print("in handled", type(a).__name__)
    a = None
    print("leaving handled")


handled()
print("after handled")


def rethrow():
    b = Noisy("b")
    try:
        fail("five")
    finally:
        print("finally")


try:
    rethrow()
except ValueError as error:
    print("caught", error)
print("after rethrow")


def context():
    try:
        fail("six")
    except ValueError:
        try:
            raise KeyError("seven")
        except KeyError as error:
            return error


found = context()
print("context", type(found.__context__).__name__)
found = None
print("no context")
try:
    raise Noisy("not an exception")
except TypeError as error:
    print("TypeError")
try:
    [Noisy("in list"), 1 / 0]
except ZeroDivisionError:
    print("division")
print("end")
