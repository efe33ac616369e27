# Dataclasses, enums, NamedTuple and __slots__: classes that python makes with exec.
import enum
from dataclasses import asdict, dataclass, field, replace
from typing import NamedTuple


@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False)

    def __post_init__(self):
        scope = locals()
        self.total = self.x + self.y
        print("post", sorted(scope))


@dataclass(frozen=True)
class Fixed:
    name: str


a = Point(1, 2)
b = replace(a, y=5)
print(a < b, asdict(b), a == Point(1, 2, ["t"]), a)
try:
    Fixed("n").name = "m"
except Exception as error:
    print(type(error).__name__, error)


class Color(enum.Enum):
    RED = enum.auto()
    GREEN = enum.auto()
    CRIMSON = 1

    def lower(self):
        return self.name.lower()


class Flags(enum.Flag):
    A = 1
    B = 2
    AB = A | B


print(list(Color), Color.CRIMSON is Color.RED, Color(2).lower(), Flags.AB & Flags.A, Color["GREEN"].value)


class Pair(NamedTuple):
    left: int
    right: str = "r"

    def both(self):
        return self.left, self.right


print(Pair(1), Pair(1).both(), Pair(1)._replace(left=2), Pair._fields)


class Slots:
    __slots__ = ("a", "__weakref__")

    def __init__(self):
        self.a = 1
        try:
            self.b = 2
        except AttributeError as error:
            print("AttributeError")


print(Slots().a, hasattr(Slots(), "__dict__"))
