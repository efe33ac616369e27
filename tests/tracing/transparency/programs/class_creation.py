# __set_name__, __init_subclass__, __classcell__ and metaclass calls, in their order.
class Field:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__.get(self.name, "unset")

    def __set__(self, instance, value):
        print("set", self.name, value)
        instance.__dict__[self.name] = value


class Meta(type):
    def __new__(cls, name, bases, space, **options):
        print("new", name, sorted(k for k in space if k == "__classcell__" or not k.startswith("__")), options)
        return super().__new__(cls, name, bases, space)

    def __init__(cls, name, bases, space, **options):
        print("init", name)
        super().__init__(name, bases, space)

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)


class Base(metaclass=Meta):
    def __init_subclass__(cls, **options):
        print("init_subclass", cls.__name__)
        super().__init_subclass__()


class Model(Base, option=1):
    a = Field()
    b = Field()

    def __init__(self, a):
        super().__init__()
        self.a = a


model = Model(5)
print(model.a, model.b, Model.a is Model.__dict__["a"])


class Forgetful(type):
    def __new__(cls, name, bases, space):
        space.pop("__classcell__", None)
        return super().__new__(cls, name, bases, space)


try:
    class Broken(metaclass=Forgetful):
        def method(self):
            return __class__
    print("made")
except RuntimeError as error:
    print("RuntimeError", str(error)[:40])
