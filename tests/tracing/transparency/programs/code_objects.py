# Copies of code objects, functions made of them, and their attributes.
import types


def original(a, b=2, *c, d=4, **e):
    """Return all arguments."""
    local = (a, b, c, d, sorted(e))
    return local


code = original.__code__
copy = code.replace(co_name="copied")
made = types.FunctionType(copy, globals(), "made", original.__defaults__)
made.__kwdefaults__ = original.__kwdefaults__
print(original(1), made(1, 5, 6, x=7), made.__name__, copy.co_name, copy == code)
print(code.co_argcount, code.co_varnames, code.co_consts[0], code.co_flags & 0xF, code.co_stacksize > 0)
print(hash(code) == hash(original.__code__), code.co_code == copy.co_code, len(list(code.co_lines())) > 0)


def swap(function, other):
    function.__code__ = other.__code__


def one():
    return "one"


def two():
    x = "two"
    return x


before = one()
swap(one, two)
print(before, one(), one.__code__ is two.__code__)


def outer(n):
    def inner():
        return n

    return inner


first, second = outer(1), outer(2)
third = types.FunctionType(first.__code__, {}, "third", None, second.__closure__)
print(first(), second(), third(), first.__code__ is second.__code__)
constant = types.FunctionType(code.replace(co_consts=code.co_consts), {})
try:
    print(constant(1))
except (TypeError, NameError) as error:
    print(type(error).__name__)
