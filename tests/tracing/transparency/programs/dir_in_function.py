# dir() lists the names of the function's variables at each call.
def run(a):
    before = dir()
    b = 2
    during = dir()
    del a
    for c in range(1):
        pass
    return before, during, dir()


print(run(1))


class Place:
    x = 1
    names = [name for name in dir() if not name.startswith("__")]
    y = 2
    later = sorted(set(dir()) - {"__static_attributes__", "__firstlineno__"})


print(Place.names, Place.later)
