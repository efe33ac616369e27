# The dictionary from locals() shows the variables at the time of the call, not later ones.
def stale():
    a = 1
    first = locals()
    a = 2
    b = 3
    print(sorted(first), first["a"])
    second = locals()
    a = 4
    del b
    print(sorted(second), second["a"], "b" in second)
    return first is second


print(stale())


def unbound(flag):
    if flag:
        late = 1
    return sorted(locals())


print(unbound(True), unbound(False))


def equal(a):
    one = dict(locals())
    a += 1
    two = dict(locals())
    return one, two["a"], two["one"] is one


print(equal(1))
