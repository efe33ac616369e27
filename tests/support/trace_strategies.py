"""Hypothesis strategies for traces."""

from __future__ import annotations

from hypothesis import strategies as st

from statecode.records import Change, Event, EventKind, ExceptionInfo, Limits, Status, Trace

difficult = st.sampled_from(["", "\x00", "\n", "\r\n", "\u2028", "😀", "\ufeffx", "None", "a" * 300, "\x85"])
texts = st.one_of(difficult, st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12))
maybe_texts = st.none() | texts
numbers = st.integers(0, 2**31 - 1)
changes = st.lists(st.builds(Change, texts, texts), max_size=3).map(tuple)
events = st.builds(
    Event, st.sampled_from(EventKind), numbers, numbers, numbers, numbers, numbers, texts, changes,
    maybe_texts, maybe_texts, numbers,
)
limits = st.builds(
    Limits, wall_s=st.floats(0.001, 1e6), cpu_s=st.floats(0.001, 1e6), memory_bytes=st.integers(1, 2**62),
    output_bytes=st.integers(1, 2**62), events=st.integers(1, 2**62), trace_bytes=st.integers(1, 2**62),
)
traces = st.builds(
    Trace, program_id=texts, problem_id=texts, input_index=numbers, code=texts, stdin=texts,
    expected_output=maybe_texts, label=maybe_texts, origin=texts, license=maybe_texts, url=maybe_texts,
    status=st.sampled_from(Status), exception=st.none() | st.builds(ExceptionInfo, texts, texts, st.none() | numbers),
    truncation=maybe_texts, deterministic=st.booleans(), differs_at=st.none() | numbers, stdout=texts, stderr=texts,
    events=st.lists(events, max_size=5).map(tuple), limits=limits, engine=texts, snoop_version=texts, python=texts,
    schema_version=numbers, fidelity=texts, repr_limit=st.none() | numbers,
    language=texts, metadata=maybe_texts, verdict=maybe_texts, files=maybe_texts,
)


def fields(some: Trace) -> dict[str, object]:
    """Return all fields of a trace, also those that its equality ignores."""
    return {name: getattr(some, name) for name in Trace.__slots__}
