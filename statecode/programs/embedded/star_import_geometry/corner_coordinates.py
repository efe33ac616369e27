"""Lay the longest side on the x axis and work out where the third corner is."""
import math


class Triangle:
    def __init__(self, *sides):
        self.a, self.b, self.c = sorted(sides)

    @property
    def possible(self):
        return self.a + self.b > self.c

    @property
    def corner(self):
        x = (self.b ** 2 + self.c ** 2 - self.a ** 2) / (2 * self.c)
        return x, math.sqrt(self.b ** 2 - x * x)

    @property
    def area(self):
        return self.c * self.corner[1] / 2

    @property
    def angle(self):
        x, y = self.corner
        return math.degrees(math.atan2(x, y) + math.atan2(self.c - x, y))


while True:
    try:
        triangle = Triangle(*[float(word) for word in input().split()])
    except EOFError:
        break
    print("{0.area:.2f} {0.angle:.2f}".format(triangle) if triangle.possible else "none")
