# Descriptors and properties are called only where the program reads the attributes.
class Counting:
    log = []

    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner):
        Counting.log.append("get " + self.name)
        return 5

    def __set__(self, instance, value):
        Counting.log.append("set " + self.name)

    def __delete__(self, instance):
        Counting.log.append("delete " + self.name)


class Holder:
    data = Counting("data")

    def __init__(self):
        self.asked = []

    @property
    def computed(self):
        Counting.log.append("property")
        return len(self.asked)


holder = Holder()
holder.data = 1
print(holder.data, holder.computed)
other = holder
x = [holder, other]
y = {"k": holder}
del holder.data
z = (x, y)
print(Counting.log)


class Lazy:
    def __get__(self, instance, owner):
        value = instance.__dict__["lazy"] = len(Counting.log)
        return value


class Cached:
    lazy = Lazy()


c = Cached()
print(sorted(vars(c)), c.lazy, sorted(vars(c)))


def local(value):
    copy = value
    more = [copy, value]
    return more


local(holder)
print(len(Counting.log), Holder.__dict__["data"].name)
