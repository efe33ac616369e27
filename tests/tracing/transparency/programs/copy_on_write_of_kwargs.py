# *args and **kwargs are new objects in each call, and edits of them stay in the call.
def edit(*args, **kwargs):
    kwargs["new"] = 1
    scope = locals()
    kwargs.pop("a", None)
    args += (5,)
    return args, sorted(kwargs), sorted(scope["kwargs"]), len(scope["args"])


given = {"a": 1, "b": 2}
print(edit(1, 2, **given), given)


def defaults(value, found=[]):
    found.append(value)
    scope = locals()
    scope["found"] = "edited"
    return found


print(defaults(1), defaults(2), defaults.__defaults__)


def mutable_default(value, cache={}):
    cache[value] = cache.get(value, 0) + 1
    return dict(cache)


print(mutable_default("a"), mutable_default("a"), mutable_default("b"))


def kwonly(*, key=None, **rest):
    return vars() if key is None else sorted(vars())


print(kwonly(z=1), kwonly(key=2))


def shadow(dict, list=(), *type):
    str = dict
    return sorted(locals())


print(shadow(1))
