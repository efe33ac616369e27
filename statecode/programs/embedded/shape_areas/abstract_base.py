from abc import ABC, abstractmethod
import sys


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    @abstractmethod
    def perimeter(self): ...

    def describe(self):
        return f"{type(self).__name__.lower()} area {self.area()} perimeter {self.perimeter()}"


class Rect(Shape):
    def __init__(self, width, height):
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height

    def perimeter(self):
        return 2 * (self.width + self.height)


class Square(Rect):
    def __init__(self, side):
        super().__init__(side, side)


class Frame(Rect):
    """A rectangle with a rectangular hole; its border has the given thickness."""

    def __init__(self, width, height, border):
        super().__init__(width, height)
        self.hole = Rect(width - 2 * border, height - 2 * border)

    def area(self):
        return super().area() - self.hole.area()

    def perimeter(self):
        return super().perimeter() + self.hole.perimeter()


class Blob(Shape):
    def __init__(self, *sizes):
        self.sizes = sizes


total = 0
for line in sys.stdin:
    name, *sizes = line.split()
    kinds = {"rect": Rect, "square": Square, "frame": Frame, "blob": Blob}
    shape = kinds[name](*map(int, sizes))
    print(shape.describe())
    total += shape.area()
print("total", total)
