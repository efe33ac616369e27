# The cell __class__: methods that use super() or __class__, and classes with a __class__ property.
class Base:
    def name(self):
        return "Base"


class Proxy(Base):
    def __init__(self, target):
        self.target = target

    @property
    def __class__(self):
        return type(self.target)

    def name(self):
        return super().name() + " in Proxy"

    def kind(self):
        return isinstance(self, list), isinstance(self, Proxy), self.__class__.__name__, type(self).__name__


proxy = Proxy([1])
print(isinstance(proxy, list), isinstance(proxy, Proxy), proxy.__class__, proxy.name(), proxy.kind())


class Named:
    __class__ = property(lambda self: int)

    def method(self):
        total = 1
        return isinstance(self, Named), isinstance(self, int), super().__init__ is not None, total


print(Named().method(), Named.__dict__["__class__"].__class__.__name__)


class Cell:
    def owner(self):
        return __class__

    def edit(self):
        scope = locals()
        scope["__class__"] = "edited"
        here = 1
        return __class__.__name__, sorted(scope), here


print(Cell().owner() is Cell, Cell().edit())


class Lying:
    def __init__(self):
        self.__class__ = Other

    def method(self):
        return "Lying"


class Other(Lying):
    def __init__(self):
        super().__init__()
        self.extra = 1

    def method(self):
        return "Other " + super().method()


print(type(Lying()).__name__, Lying().method(), Other().method())
