"""Check the changes of variables and attributes with full values, without an engine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.tracing.engines import native
from tests.support.value_samples import classes, values

if not native.available():
    pytest.skip(f"no native engine: {native.reason()}", allow_module_level=True)

from statecode.tracing.engines.native.full_values import FullValues  # noqa: E402

PLAIN = """
class N:
    def __init__(self, **names): self.__dict__.update(names)
    def __repr__(self): return "{}"
"""


def changes(reader: FullValues, frame: int = 0, left: bool = False, **variables: Any) -> dict[str, str]:
    found = reader.list_changes(frame, [part for pair in variables.items() for part in pair], left)
    return dict(zip(found[::2], found[1::2], strict=True))


def test_a_change_in_the_omitted_part_is_a_change() -> None:
    reader, items = FullValues(20), list(range(1000))
    cut = f"[0, 1, 2, 3, 4, 5, 6…+{len(repr(items)) - 20}"
    assert changes(reader, a=items) == {"a": cut}
    assert changes(reader, a=items) == {}
    items[500], items[501] = items[501], items[500]
    assert changes(reader, a=items) == {"a": cut}
    assert changes(reader, a=list(items)) == {}
    assert changes(reader, b=10**100) == {"b": "1" + "0" * 19 + "…+81"}
    assert changes(reader, b=10**100 + 1) == {"b": "1" + "0" * 19 + "…+81"}
    assert changes(reader, b=10**5000) == {"b": "1" + "0" * 19 + "…+4981"}
    assert changes(reader, b=10**5000 + 1) == {"b": "1" + "0" * 19 + "…+4981"}
    assert changes(reader, b=10**5000 + 1) == {}


def test_equal_values_with_other_reprs_are_changes() -> None:
    reader = FullValues(20)
    values = (1, True, 1.0, 0.0, -0.0, float("nan"), float("nan"), 1000, 10**3)
    reported = [changes(reader, a=value).get("a") for value in values]
    assert reported == ["1", "True", "1.0", "0.0", "-0.0", "nan", None, "1000", None]


@given(st.lists(values, max_size=5), st.lists(st.tuples(st.integers(0, 5), values), max_size=8))
def test_every_change_of_a_list_is_reported(items: list[Any], steps: list[tuple[int, Any]]) -> None:
    reader, text = FullValues(10**6), ""
    for index, value in [(0, None), *steps]:
        items[index:index + 1] = [] if value is None else [value]
        reported = changes(reader, a=items)
        assert reported == ({} if repr(items) == text else {"a": repr(items)})
        text = repr(items)


def test_frames_are_separate_and_report_all_variables_after_their_end() -> None:
    reader = FullValues(20)
    assert changes(reader, 1, a=1) == {"a": "1"} == changes(reader, 2, a=1)
    assert changes(reader, 1, True, a=1) == {}
    assert changes(reader, 1, a=1) == {"a": "1"}
    assert changes(reader, 2, a=1) == {}
    assert changes(reader, 3, True, **{".0": iter(())}, x=1) == {"x": "1"} and set(reader._frames) == {1, 2}


def test_attributes_two_levels_deep() -> None:
    module = classes(PLAIN.format("N"))
    reader, inner = FullValues(100), module.N(x=1, deep=module.N(y=2))
    outer = module.N(items=[], inner=inner)
    reported = changes(reader, n=outer)
    assert reported == {"n": "N", "n.items": "[]", "n.inner": "N", "n.inner.x": "1", "n.inner.deep": "N"}
    outer.items.append(3)
    inner.x = 5
    inner.deep.y = 9
    assert changes(reader, n=outer) == {"n.items": "[3]", "n.inner.x": "5"}
    del inner.x  # a deleted attribute: the object is reported again
    assert changes(reader, n=outer) == {"n.inner": "N", "n.inner.deep": "N"}
    assert changes(reader, n=None) == {"n": "None"}
    assert changes(reader, n=outer) == {"n": "N", "n.items": "[3]", "n.inner": "N", "n.inner.deep": "N"}


def test_an_object_with_the_same_repr_reports_the_attributes_that_differ() -> None:
    module = classes(PLAIN.format("7"))
    reader = FullValues(100)
    assert changes(reader, n=module.N(a=1, b=2)) == {"n": "7", "n.a": "1", "n.b": "2"}
    assert changes(reader, n=module.N(a=1, b=3, c=4)) == {"n.b": "3", "n.c": "4"}
    assert changes(reader, n=module.N(a=1)) == {"n": "7", "n.a": "1"}
    assert changes(reader, n=7) == {"n": "7"}  # without the attributes
    assert changes(reader, n=module.N(a=1)) == {"n.a": "1"}


def test_objects_in_cycles_and_shared_objects() -> None:
    module = classes("class N:\n    def __repr__(self): return 'N'")
    a, b = module.N(), module.N()
    a.me, a.other, b.other, b.x = a, b, a, 1
    reported = changes(FullValues(100), a=a, b=b)
    assert reported == {
        "a": "N", "a.me": "N", "a.other": "N", "a.other.other": "N", "a.other.x": "1",
        "b": "N", "b.other": "N", "b.other.me": "N", "b.other.other": "N", "b.x": "1",
    }


def test_reading_attributes_runs_no_code_of_the_program() -> None:
    module = classes("""
class Meta(type):
    def __eq__(self, other): raise SystemExit
    def __getattribute__(self, name): raise SystemExit
    __hash__ = None
class A(metaclass=Meta):
    __slots__ = ("left", "empty", "__private", "__dict__")
    top = 5
    def __init__(self): object.__setattr__(self, "left", 1)
    def __getattribute__(self, name): return {"y": 1} if name == "__dict__" else object.__getattribute__(self, name)
    def __setattr__(self, name, value): raise SystemExit
    def __getattr__(self, name): raise SystemExit
    @property
    def p(self): raise SystemExit
    def __repr__(self): return "A"
a = A()
object.__setattr__(a, "_A__private", 3)
object.__getattribute__(a, "__dict__").update({"x": 2, "not a name": 1, 5: 2})
""")
    reported = changes(FullValues(100), a=module.a)
    assert reported.pop("a") == "A"
    assert dict(sorted(reported.items())) == {"a._A__private": "3", "a.left": "1", "a.x": "2"}


@pytest.mark.parametrize(
    "source",
    [
        "import enum\nclass E(enum.Enum):\n    A = 1\nv = E.A",
        "from collections import namedtuple\nv = namedtuple('P', 'x y')(1, 2)",
        "v = type('T', (), {'__module__': 'elsewhere'})()",
        "class A:\n    x = 1\nv = A",
        "class A:\n    __slots__ = ()\nv = A()",
        "v = lambda: 0\nv.x = 1",
    ],
)
def test_values_without_recorded_attributes(source: str) -> None:
    value = classes(source).v
    assert changes(FullValues(1000), v=value) == {"v": repr(value)}


def test_a_class_at_the_address_of_a_deleted_one() -> None:
    reader = FullValues(100)
    for number in range(50):  # each class is deleted before the next is created
        module = classes(f"class A:\n    __slots__ = ('a{number}',)\nv = A()\nv.a{number} = 1")
        assert list(changes(reader, number, v=module.v)) == ["v", f"v.a{number}"]
        del module
