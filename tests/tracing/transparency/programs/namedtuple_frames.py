# Library functions that look at the frame of their caller: namedtuple, enum, TypeVar, and their modules.
import collections
import enum
import types
import typing

Point = collections.namedtuple("Point", "x y")
print(Point.__module__, Point(1, 2))


def make(name):
    Local = collections.namedtuple(name, ["a", "b"], defaults=[5])
    T = typing.TypeVar("T")
    E = enum.Enum("E", "ONE TWO")
    return Local.__module__, T.__module__, E.__module__, Local(1), list(E)


print(make("Local"))
Pair = typing.NamedTuple("Pair", [("left", int)])
print(Pair.__module__, Pair(3))


class Holder:
    Inner = collections.namedtuple("Inner", "z")
    names = sorted(n for n in vars() if not n.startswith("__"))


print(Holder.Inner.__qualname__, Holder.Inner.__module__, Holder.names)
made = types.new_class("Made", (), {}, lambda space: space.update(x=1))
print(made.x, made.__module__)
made = type("Typed", (), {"y": 2})
print(made.__module__, made.__qualname__)


def annotated(a: "int", b: "list[Holder]") -> "Holder":
    return a


print(typing.get_type_hints(annotated))
