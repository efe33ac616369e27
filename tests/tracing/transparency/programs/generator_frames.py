# gi_frame, gi_running, gi_yieldfrom and the variables of suspended generators.
def inner(n):
    a = n * 2
    yield a
    a += 1
    yield a


def outer(n):
    before = [n]
    result = yield from inner(n)
    after = result
    yield after


g = outer(5)
print(g.gi_running, sorted(g.gi_frame.f_locals), g.gi_yieldfrom)
print(next(g), sorted(g.gi_frame.f_locals), g.gi_yieldfrom.gi_frame.f_locals["a"])
g.gi_frame.f_locals["before"] = "edited"
print(next(g), g.gi_frame.f_locals["n"], g.gi_yieldfrom.gi_frame.f_locals["a"])
print(next(g), g.gi_frame.f_locals["after"], g.gi_yieldfrom)
print(list(g), g.gi_frame)


def looking():
    me = yield
    x = 1
    print(me.gi_running, sorted(me.gi_frame.f_locals), me.gi_frame.f_lineno)
    try:
        next(me)
    except ValueError as error:
        print(error)
    x += 1
    yield x


g = looking()
next(g)
print(g.send(g))
del g
expression = (v * w for v in range(2) for w in range(3))
print(next(expression), sorted(name for name in expression.gi_frame.f_locals if name != ".0"))
print(list(expression))
