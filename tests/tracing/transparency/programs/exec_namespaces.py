# exec with separate globals and locals: which of them gets each name.
source = """
x = 1
def f():
    global y
    y = 2
    return x if 'x' in globals() else 'no x'
class C:
    z = x if 'x' in globals() else 'no x'
values = [x for _ in range(2)] if 'x' in globals() else ['no x']
del x
w = locals() is not globals()
"""
outer, inner = {"__name__": "made"}, {}
exec(source, outer, inner)
print(sorted(outer.keys() - {"__builtins__"}), sorted(inner))
print(inner["f"](), sorted(outer.keys() - {"__builtins__"}), inner["C"].z, inner["w"], inner["values"])
one = {}
exec(source, one)
print(sorted(one.keys() - {"__builtins__"}), one["w"], one["f"]())


def nested(space):
    exec("a = 1\nexec('b = 2')\nprint(sorted(locals()))", {}, space)
    return sorted(space)


print(nested({}), nested({"start": 0}))
