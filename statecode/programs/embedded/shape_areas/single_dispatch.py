from collections import namedtuple
from functools import singledispatch
import sys

Square = namedtuple("Square", "side")
Rect = namedtuple("Rect", "width height")
Frame = namedtuple("Frame", "width height border")


@singledispatch
def cells(shape):
    raise NotImplementedError(f"no cells for {shape!r}")


@cells.register(Square)
def _(shape):
    return cells(Rect(shape.side, shape.side))


@cells.register(Rect)
def _(shape):
    return {(x, y) for x in range(shape.width) for y in range(shape.height)}


@cells.register(Frame)
def _(shape):
    w, h, t = shape
    return {(x, y) for x, y in cells(Rect(w, h)) if min(x, y, w - 1 - x, h - 1 - y) < t}


def perimeter(area):
    return sum((x + dx, y + dy) not in area for x, y in area for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)))


total = 0
for line in sys.stdin:
    name, *sizes = line.split()
    kinds = {"square": Square, "rect": Rect, "frame": Frame}
    sizes = [int(size) for size in sizes]
    shape = kinds[name](*sizes) if name in kinds else name
    area = cells(shape)
    print(f"{name} area {len(area)} perimeter {perimeter(area)}")
    total += len(area)
print("total", total)
