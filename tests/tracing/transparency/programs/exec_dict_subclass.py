# exec with dict subclasses as globals and locals: __missing__, __getitem__ and __contains__ are counted.
source = """
class Missing(dict):
    asked = []

    def __missing__(self, name):
        self.asked.append(name)
        if name.startswith("auto_"):
            return name[5:]
        raise KeyError(name)


class Counting(dict):
    count = 0

    def __getitem__(self, name):
        Counting.count += 1
        return dict.__getitem__(self, name)

    def __iter__(self):
        Counting.count += 100
        return dict.__iter__(self)

    def items(self):
        Counting.count += 10000
        return dict.items(self)

    def __contains__(self, name):
        Counting.count += 1000
        return dict.__contains__(self, name)


class Meta(type):
    @classmethod
    def __prepare__(cls, name, bases):
        return Counting()

    def __new__(cls, name, bases, space):
        return type.__new__(cls, name, bases, dict.copy(space))
"""
exec(source)  # a tracer that shows the program's variables would call these methods in their own frames


class Holder:
    pass


Holder.space = Missing()
exec("x = auto_hello\ny = x + auto_world\nprint(y, len([x]))", {}, Holder.space)
print(sorted(Holder.space), Holder.space.asked)
Holder.counted = Counting(a=1)
exec("b = a\nc = b\nfor d in range(2):\n    c += d\n", {}, Holder.counted)
print(Counting.count, sorted(dict.keys(Holder.counted)))
Holder.both = Missing(start=1)
try:
    exec("value = auto_x", Holder.both)
except NameError as error:
    print(error)
print(sorted(set(Holder.both) - {"__builtins__"}), Holder.both.asked)


Counting.count = 0


class Body(metaclass=Meta):
    a = 1
    b = a
    count = Counting.count
    for c in range(2):
        b += c
    later = Counting.count


print(Body.count, Body.later)
