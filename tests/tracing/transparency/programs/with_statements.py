# with statements: order of enter and exit, suppression, exceptions in exit, and released managers.
class Manager:
    def __init__(self, name, swallow=False, fail=False):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        print("enter", self.name)
        return [self.name]

    def __exit__(self, kind, error, tb):
        print("exit", self.name, kind and kind.__name__)
        if self.fail:
            raise RuntimeError("exit of " + self.name)
        return self.swallow

    def __del__(self):
        print("del", self.name)


with Manager("a") as a, Manager("b") as b:
    print(a, b)
print("after ab")
with Manager("c", swallow=True):
    raise ValueError
print("after c")
try:
    with Manager("d", fail=True):
        raise KeyError("inner")
except RuntimeError as error:
    print(error, type(error.__context__).__name__)
print("after d")


def returning():
    with Manager("e") as e:
        return e


print(returning())


def looping():
    for n in range(3):
        with Manager(f"f{n}"):
            if n == 0:
                continue
            break
    return n


print(looping())
m = Manager("m")
with m:
    m = None
    print("m rebound")
print("end")
