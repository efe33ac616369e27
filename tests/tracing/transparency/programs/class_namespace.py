# A metaclass with __prepare__: the namespace of the class body counts its accesses.
source = '''
class Counting(dict):
    def __init__(self):
        super().__init__()
        self.log = []

    def __repr__(self):
        return "Counting"

    def __getitem__(self, name):
        self.log.append("get " + name)
        return super().__getitem__(name)

    def __setitem__(self, name, value):
        self.log.append("set " + name)
        super().__setitem__(name, value)

    def __iter__(self):
        self.log.append("iter")
        return super().__iter__()

    def items(self):
        self.log.append("items")
        return super().items()


class Meta(type):
    @classmethod
    def __prepare__(cls, name, bases):
        return Counting()

    def __new__(cls, name, bases, space):
        made = super().__new__(cls, name, bases, dict(space))
        made.log = [entry for entry in space.log if "__static" not in entry and "__firstlineno" not in entry]
        return made
'''
exec(source)  # a tracer that shows the program's variables would call these methods in their own frames


class Body(metaclass=Meta):
    x = 1
    y = x + 1
    for z in range(2):
        y += z

    def method(self):
        return __class__.x

    w = [x]
    del x


print(Body.log)
print(Body.y, Body.w)


class Auto(dict):
    def __missing__(self, name):
        if name.startswith("__"):
            raise KeyError(name)
        self[name] = len(self)
        return self[name]


class AutoMeta(type):
    @classmethod
    def __prepare__(cls, name, bases):
        return Auto()


class Numbers(metaclass=AutoMeta):
    one
    two
    three = two


print({name: value for name, value in vars(Numbers).items() if isinstance(value, int) and not name.startswith("__")})
