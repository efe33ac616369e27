# vars() of modules and of sys.modules["__main__"], module __getattr__, and modules made by the program.
import sys
import types

main = sys.modules["__main__"]
vars(main)["added"] = 5
print(added, main.added)
main.other = [1]
print(other)
del main.other
print("other" in globals())
made = types.ModuleType("made")
exec("x = 1\ndef f():\n    global x\n    x += 1\n    return x, sorted(n for n in globals() if len(n) == 1)", vars(made))
print(made.f(), made.x, made.f.__module__)
sys.modules["made"] = made
from made import f as g

print(g(), made.x)
made.__getattr__ = lambda name: "dynamic " + name
print(made.anything)
space = {}
exec("from made import *", space)
print(sorted(space.keys() - {"__builtins__"}))


def star():
    inner = {}
    exec("from string import *\nfrom math import *", {}, inner)
    return len(inner) > 40, "pi" in inner, "digits" in inner


print(star())
exec("from math import *")
print(floor(2.5), "sqrt" in globals())
