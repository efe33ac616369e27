class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, by):
        return Point(self.x + by, self.y)


def walk():
    point = Point(0, 0)
    for i in range(700):
        point = point.moved(1)


walk()
