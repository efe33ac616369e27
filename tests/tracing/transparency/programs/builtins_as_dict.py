# Code run with __builtins__ of its own: only the names in it exist.
space = {"__builtins__": {"print": print, "len": len}}
exec("x = [1, 2]\nprint(len(x))\ny = {'k': x}\nz = (x, y)\nprint(z)", space)
for source in ("range(3)", "open('x')", "__import__('os')", "class C: pass"):
    try:
        exec(source, space)
        print("ran", source)
    except Exception as error:
        print(type(error).__name__, error)
print(sorted(space))


class Builtins(dict):
    def __missing__(self, name):
        raise NameError("refused " + name)


restricted = {"__builtins__": Builtins(print=print)}
try:
    exec("a = 1\nprint(a)\nlen([a])", restricted)
except NameError as error:
    print(error)
print(eval("a", restricted))


def function():
    return sorted([3, 1])


import types

bare = types.FunctionType(function.__code__, {"__builtins__": {"sorted": lambda v: "own sorted"}})
print(bare(), function())
