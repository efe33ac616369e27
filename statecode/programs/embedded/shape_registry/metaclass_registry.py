import sys


class Registering(type):
    known = {}

    def __new__(meta, name, bases, namespace):
        cls = super().__new__(meta, name, bases, namespace)
        if bases:
            meta.known[name.lower()] = cls
        return cls


class Shape(metaclass=Registering):
    def __init__(self, *sizes):
        self.sizes = sizes


class Square(Shape):
    def area(self):
        return self.sizes[0] ** 2


class Rect(Shape):
    def area(self):
        width, height = self.sizes
        return width * height


class Tri(Rect):
    def area(self):
        return super().area() / 2


for line in sys.stdin:
    name, *sizes = line.split()
    area = Registering.known[name](*map(int, sizes)).area()
    print(f"{area:g}")
print("known:", *sorted(Registering.known))
