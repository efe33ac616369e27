# Class bodies that read and write locals().
class Body:
    x = 1
    scope = locals()
    scope["y"] = 2
    z = y + 1
    for name in ("p", "q"):
        locals()[name] = name * 2
    print(sorted(n for n in locals() if not n.startswith("__")), p, q)
    same = scope is locals()
    del scope
    count = len([n for n in dir() if not n.startswith("__")])
    vars()["late"] = "late"
    try:
        for key in locals():
            new_name = 1
    except RuntimeError as error:
        print("RuntimeError", error)


print(Body.y, Body.z, Body.p, Body.same, Body.count, Body.late)


def make(n):
    class Local:
        value = n
        m = n + 1
        inner = lambda self: n
        exec("made = value * 2")
        del value

    return Local


print(make(5).m, make(5)().inner(), make(5).made, hasattr(make(1), "value"))
