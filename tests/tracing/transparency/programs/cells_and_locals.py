# locals() of functions with cell and free variables, edited and read again.
def outer(a):
    b = 2

    def inner(c):
        scope = locals()
        scope["b"] = 20
        d = a + b + c
        print(sorted(scope), scope["b"], b)
        return sorted(locals()), locals()["b"]

    found = inner(3)
    scope = locals()
    scope["a"] = "edited"
    e = 5
    print(sorted(scope), scope["a"], a, e)
    return found


print(outer(1))


def writer():
    value = 0

    def step():
        nonlocal value
        scope = locals()
        value += 1
        return scope["value"], value, locals()["value"]

    return step(), step(), value


print(writer())
