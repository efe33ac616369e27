# inspect: currentframe, stack, getargvalues, getouterframes and the variables they show.
import inspect


def inner(a, b=2, *args, **kwargs):
    c = 3
    frame = inspect.currentframe()
    info = inspect.getargvalues(frame)
    print(info.args, info.varargs, info.keywords, sorted(k for k in info.locals if k not in ("frame", "info")))
    print(inspect.formatargvalues(*inspect.getargvalues(frame)[:3], {k: v for k, v in info.locals.items() if k in "abcargskwargs"}))
    print([(each.function, each.lineno) for each in inspect.stack()[:3]])
    print([each.function for each in inspect.getouterframes(frame)][:3])
    return info.locals["c"]


def outer():
    x = 1
    return inner(x, 5, 6, key=7)


print(outer())
print(inspect.currentframe().f_code.co_name, inspect.getframeinfo(inspect.currentframe()).lineno)


def nonlocals():
    free = 1

    def function():
        return free

    return inspect.getclosurevars(function).nonlocals


print(nonlocals(), inspect.getgeneratorstate(n for n in []))


def generator():
    a = 1
    yield a
    b = 2
    yield b


g = generator()
next(g)
print(inspect.getgeneratorlocals(g), inspect.getgeneratorstate(g))
next(g)
print(inspect.getgeneratorlocals(g))
