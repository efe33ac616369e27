# match statements: bound names, guards, class patterns, and their effect on locals().
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


class Counted:
    __match_args__ = ("a", "b")
    log = []

    def __init__(self, a, b):
        self._a, self.b = a, b

    @property
    def a(self):
        Counted.log.append("a")
        return self._a


def describe(value):
    match value:
        case Point(x=0, y=y):
            found = f"on axis {y}"
        case Point(x, y) if x == y:
            found = f"diagonal {x}"
        case [first, *rest]:
            found = f"list {first} {len(rest)}"
        case {"key": inner, **more}:
            found = f"dict {inner} {sorted(more)}"
        case Counted(a, b):
            found = f"counted {a} {b}"
        case str() | bytes() as text:
            found = f"text {text!r}"
        case int(n) if n > 100:
            found = "big"
        case None | True:
            found = "constant"
        case _:
            found = "other"
    return found, sorted(locals())


for value in (Point(0, 1), Point(2, 2), Point(1, 2), [1, 2], [], {"key": 1, "z": 2}, Counted(1, 2), "s", 500, 5, None):
    print(describe(value))
print(Counted.log)
