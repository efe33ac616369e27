# The program replaces builtins: print, len, isinstance, repr, hasattr, id and sorted.
import builtins

original = {name: getattr(builtins, name) for name in ("print", "len", "isinstance", "repr", "type", "hasattr", "id", "sorted")}
calls = []


def counting(name):
    function = original[name]

    def replacement(*args, **kwargs):
        calls.append(name)
        return function(*args, **kwargs)

    return replacement


for name in ("len", "isinstance", "repr", "hasattr", "id", "sorted"):
    setattr(builtins, name, counting(name))
values = [1, 2]
table = {"a": values}
size = len(values)


class Thing:
    def __init__(self):
        self.items = [1]


thing = Thing()
thing.items.append(len(table))
text = repr(values)
for name, function in original.items():
    setattr(builtins, name, function)
print(calls)


def print(*args):
    original["print"]("mine:", *args)


print("shadowed", 1)
del print
print("real again")
len = lambda value: 99
print(len([]), [len(x) for x in ("a",)])
del len
__builtins__ = {"print": original["print"]}
print("end")
