# The globals of the module are iterated while new names appear, and are edited as a dictionary.
try:
    for name in globals():
        other = name
except RuntimeError as error:
    print("RuntimeError", error)
try:
    for name in vars():
        pass
    print("no new name")
except RuntimeError as error:
    print("RuntimeError", error)
globals()["made"] = 1
print(made, locals() is globals(), vars() is globals())
scope = globals()
scope["made"] += 1
print(made)
del scope["made"]
try:
    made
except NameError as error:
    print(error)
globals().update(one=1, two=2)
print(one + two)
names = {name for name in globals() if not name.startswith("__")}
print(sorted(names))


def function():
    global fresh
    fresh = 3
    globals()["also"] = 4
    return sorted(set(globals()) - names - {"names", "function"} - {n for n in globals() if n.startswith("__")})


print(function())
globals().pop("fresh")
print("fresh" in globals(), len([n for n in dir() if not n.startswith("__")]))
copy = dict(globals())
print(copy["one"], copy["copy"] if "copy" in copy else "no copy yet")
