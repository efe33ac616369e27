# __del__ runs between the prints around a rebinding, a del, and the end of a loop.
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


x = Noisy("x")
x = None
print("after rebinding")
x = Noisy("x2")
del x
print("after del")
x = Noisy("x3")
x = Noisy("x4")
print("after replacing")
Noisy("temporary")
print("after a statement")
Noisy("attribute").name
print("after an attribute")
for item in [Noisy("i0"), Noisy("i1"), Noisy("i2")]:
    print("loop", item.name)
print("after the loop")
item = None
print("after item")
for n in range(3):
    each = Noisy(f"e{n}")
print("after making")
each = n = None
y = [Noisy("l0"), Noisy("l1")]
y[0] = 0
print("after an item")
y.pop()
print("after pop")
a, b = Noisy("a"), Noisy("b")
a, b = b, a
print("swapped")
a = b
print("after a = b")
b = a = None
print("after both")
while True:
    w = Noisy("w")
    break
w = 5
print("after while")
d = {"k": Noisy("k")}
d["k"] = 1
print("after a key")
z = Noisy("at the end")
print("end")
