# sys._getframe().f_locals: kept, edited, and read from another function.
import sys


def own():
    a = 1
    frame = sys._getframe()
    scope = frame.f_locals
    scope["b"] = 2
    a = 5
    print(sorted(k for k in scope if k != "frame"), frame.f_locals["a"], frame.f_locals is scope)
    return "b" in frame.f_locals


print(own())


def caller():
    x = 1
    y = [2]
    callee()
    x += 1
    return x, y


def callee():
    back = sys._getframe(1).f_locals
    print(sorted(back), back["x"])
    back["y"] = "edited"
    back["x"] = 10
    for name in list(sys._getframe(1).f_locals):
        print(name, end=" ")
    print()


try:
    print(caller())
except Exception as error:
    print(type(error))


def kept():
    frame = sys._getframe()
    n = 0
    scopes = []
    for n in range(3):
        scopes.append(len(frame.f_locals))
    return scopes


print(kept())
