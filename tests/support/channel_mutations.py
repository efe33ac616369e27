"""Hypothesis strategies for the content of channels: almost genuine records, and mutations of genuine ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.support.channel_samples import lines_of

ANY_JSON = st.one_of(
    st.none(), st.booleans(), st.floats(), st.text(max_size=5),
    st.sampled_from([-1, 9, 10**6, 2**31 - 1, 2**31, 2**63, -(2**31), 10**4000]),
    st.lists(st.integers(-1, 3) | st.text(max_size=2) | st.just([]), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
TEXT = st.text(alphabet=st.characters(codec=None), max_size=8) | st.sampled_from(
    ["", "\0", "\ud800", "<a at 0x12>", "'\\'>", "a\nb\r\u2028c", "x" * 200]
)
CHANGE = st.tuples(TEXT, TEXT) | st.tuples(st.sampled_from([".0", "len(x)", "x"]), TEXT)
FIELDS = (
    st.integers(0, 8), st.integers(0, 40) | st.just(2**31 - 1), st.integers(0, 40), st.integers(0, 3),
    st.integers(0, 4), st.integers(0, 2), TEXT | st.just("f.<locals>.<listcomp>"), st.lists(CHANGE, max_size=3),
    st.none() | TEXT, st.none() | TEXT, st.integers(0, 30),
)
END_FIELDS = {
    "exception": st.none() | st.tuples(TEXT, TEXT, st.none() | st.integers(0, 99)),
    "limit": st.sampled_from(["events", "trace_bytes"]),
    "compile_error": st.booleans(),
    "tracer_error": st.none() | TEXT,
    "tracer_lost": st.booleans(),
    "first_perturbed_event": st.none() | st.integers(0, 5),
}


@st.composite
def almost_events(draw: Callable[..., Any]) -> list[Any]:
    """Draw an event as a tracer writes it; sometimes one field is of another type, missing or additional."""
    fields = list(draw(st.tuples(*FIELDS)))
    if draw(st.integers(0, 9)) == 0:
        fields[draw(st.integers(0, 10))] = draw(ANY_JSON)
    if draw(st.integers(0, 29)) == 0:
        fields = draw(st.sampled_from([fields[:-1], fields + [0], fields[::-1], [], [fields]]))
    return fields


@st.composite
def almost_end_records(draw: Callable[..., Any]) -> dict[str, Any]:
    """Draw an end record as a tracer writes it, or with fields of other types, missing or unknown fields."""
    names = draw(st.sets(st.sampled_from(sorted(END_FIELDS))))
    record = {name: draw(END_FIELDS[name]) for name in sorted(names)}
    if draw(st.integers(0, 4)) == 0:
        record[draw(st.sampled_from([*END_FIELDS, "other"]))] = draw(ANY_JSON)
    return record


ALMOST_GENUINE = st.tuples(
    st.lists(almost_events(), max_size=6), st.lists(almost_end_records(), max_size=2),
    st.lists(almost_events() | ANY_JSON, max_size=1),
).map(lambda parts: lines_of(*parts[0], *parts[1], *parts[2]))
POSITION = st.floats(0, 1, exclude_max=True)
MUTATION = st.one_of(
    st.tuples(st.just("flip"), POSITION, st.integers(1, 255)),
    st.tuples(
        st.just("insert"), POSITION,
        st.binary(min_size=1, max_size=4) | st.sampled_from([b"\n", b"[", b"9" * 5000]),
    ),
    st.tuples(st.just("delete"), POSITION, st.integers(1, 40)),
    st.tuples(st.just("repeat"), POSITION, st.integers(1, 300)),
    st.tuples(st.just("line"), POSITION, almost_events() | almost_end_records() | ANY_JSON),
)


def mutated(data: bytes, mutations: list[tuple[str, float, Any]]) -> bytes:
    """Apply mutations: kind, position as a fraction of the length, and argument."""
    for name, position, argument in mutations:
        at = int(position * len(data))
        start = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at) + 1 or len(data)
        if name == "flip" and data:
            data = data[:at] + bytes([data[at] ^ argument]) + data[at + 1:]
        elif name == "insert":
            data = data[:at] + argument + data[at:]
        elif name == "delete":
            data = data[:at] + data[at + argument:]
        elif name == "repeat":
            data = data[:end] + data[start:end] * argument + data[end:]
        else:
            data = data[:start] + lines_of(argument) + data[end:]
    return data
