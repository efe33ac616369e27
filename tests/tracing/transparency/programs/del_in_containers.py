# Finalisers of values in containers, in each other, and in attributes: order at the release.
import gc


class Noisy:
    def __init__(self, name, *parts):
        self.name, self.parts = name, parts

    def __del__(self):
        print("del", self.name)


box = [Noisy("l1"), (Noisy("t1"), Noisy("t2")), {"d": Noisy("d1")}]
box[1] = None
print("tuple gone")
del box[0]
print("first gone")
box.clear()
print("cleared")
tree = Noisy("root", Noisy("left"), Noisy("right", Noisy("leaf")))
tree.parts = tree.parts[1:]
print("left gone")
tree = None
print("tree gone")
table = {n: Noisy(f"v{n}") for n in range(3)}
table.update({1: "new"})
print("updated")
table.pop(0)
print("popped")
table = {}
print("table gone")
items = {Noisy("s1")}
items.pop()
print("set popped")
items = [Noisy(f"q{n}") for n in range(4)]
items = items[2:]
print("sliced")
items[:] = []
print("emptied")


def grow():
    found = []
    for n in range(3):
        found = [Noisy(f"g{n}")]
        print("step", n)
    return len(found)


print(grow())
cycle = Noisy("cycle")
cycle.me = cycle
cycle = None
print("cycle waits")
print(gc.collect() > 0)
print("end")
