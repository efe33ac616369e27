"""Test traces of channels that a program may have written.

Whatever the content, the reader builds a trace with all promised properties, in time and memory proportional to the
size of the content, and marks the trace if no tracer can have written the content.
"""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statecode.records import Status
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire import outcome
from statecode.views import render
from tests.support.channel_mutations import ALMOST_GENUINE, MUTATION, mutated
from tests.support.channel_samples import END, EVENT, LIMITS, altered, check, lines_of, raw_result_of, trace_of

MEASURED = st.fixed_dictionaries({
    "stdout": st.binary(max_size=20) | st.sampled_from([b"", "héé€\U0001f600".encode(), b"\xff\xc3"]),
    "stderr": st.binary(max_size=20) | st.just(b'  File "'),
    "wait_status": st.just(0) | st.integers(1, 64) | st.integers(1, 255).map(lambda code: code << 8),
    "wall_limit_hit": st.sampled_from([False, False, True]),
    "cpu_s": st.sampled_from([0.0, 0.1, 5.0, 100.0]),
})


def fuzz(
    data: bytes, length: int | None, measured: dict[str, Any], analysis: SourceAnalysis | None = None
) -> None:
    """Check the trace of a channel with this content, also after its correction by an untraced run."""
    trace = trace_of(data, length, analysis, **measured)
    check(trace)
    raw_result = raw_result_of(data, length, **measured)
    first_perturbed_event = raw_result.first_perturbed_event
    assert first_perturbed_event is None or type(first_perturbed_event) is int
    if trace.status is Status.TRACER_ERROR or first_perturbed_event is not None:
        plain = trace_of(lines_of(END), stdout=b"other")
        check(outcome.with_untraced_outcome(trace, plain, first_perturbed_event))
        check(outcome.with_untraced_outcome(plain, trace, first_perturbed_event))


CASES = {
    "bytes": st.tuples(st.binary(max_size=300), st.none() | st.integers(0, 400) | st.just(2**64 - 1)),
    "almost genuine": st.tuples(ALMOST_GENUINE, st.none() | st.none() | st.integers(0, 2000)),
}
QUICK = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
SAMPLE_AND_ALL = pytest.mark.parametrize("examples", [pytest.param(300, id="sample"), pytest.param(1500, id="all", marks=pytest.mark.long)])


@QUICK
@given(st.one_of(*CASES.values()), MEASURED)
def test_any_content(case, measured) -> None:
    fuzz(*case, measured)


@QUICK
@given(st.lists(MUTATION, min_size=1, max_size=4), MEASURED)
def test_mutated_content(genuine, mutations, measured) -> None:
    fuzz(mutated(genuine[0], mutations), None, measured, genuine[2])


@pytest.mark.one_python
@SAMPLE_AND_ALL
@pytest.mark.parametrize("case", CASES)
def test_much_more_content(case, examples) -> None:
    test = given(CASES[case], MEASURED)(lambda drawn, measured: fuzz(*drawn, measured))
    settings(QUICK, max_examples=examples)(test)()


@pytest.mark.one_python
@SAMPLE_AND_ALL
def test_much_more_mutated_content(genuine, examples) -> None:
    @settings(QUICK, max_examples=examples)
    @given(st.lists(MUTATION, min_size=1, max_size=6), MEASURED)
    def test(mutations, measured) -> None:
        fuzz(mutated(genuine[0], mutations), None, measured, genuine[2])

    test()


# bounds on work


LARGE_CONTENT = {
    "open brackets": lambda size: b"[" * size,
    "empty lists": lambda size: b"[" + b"[]," * (size // 3) + b"[]]\n",
    "empty dicts": lambda size: b"[" + b"{}," * (size // 3) + b"{}]\n",
    "numbers": lambda size: b"[" + b"300," * (size // 4) + b"300]\n",
    "one number": lambda size: b"9" * size + b"\n",
    "a line of digits": lambda size: lines_of(EVENT)[:4] + b"9" * size + b"\n",
    "long numbers": lambda size: (b"9" * 4300 + b"\n") * (size // 4301),
    "one float": lambda size: b"0." + b"9" * size + b"\n",
    "empty lines": lambda size: b"\n" * size,
    "blanks": lambda size: b" " * size + b"\n",
    "ends": lambda size: b"{}\n" * (size // 3),
    "keys": lambda size: lines_of({str(number): number for number in range(size // 20)}),
    "the same key": lambda size: b"{" + b'"a":1,' * (size // 6) + b'"a":1}\n',
    "no text": lambda size: b"\xff" * size,
    "escapes": lambda size: b'"' + b"\\u0000" * (size // 6) + b'"\n',
    "events": lambda size: lines_of(EVENT) * (size // 60),
    "changes": lambda size: lines_of(altered(7, [["", ""]] * (size // 10)), END),
    "escaped quotes": lambda size: lines_of(altered(8, "<'" + "\\'" * (size // 4) + ">"), END),
    "long string": lambda size: lines_of(altered(8, "<'" + "a" * size + "'>"), END),
    "addresses": lambda size: lines_of(altered(9, " at 0x1>" * (size // 8)), END),
}
SIZE = 2**18
PEAK_PER_BYTE = 60   # empty lists and dicts take most: 64 bytes for 3, and one or two copies of the text
CPU_PER_BYTE_S = 5e-6  # the slowest content takes a fortieth


@pytest.mark.parametrize("name", LARGE_CONTENT)
def test_time_and_memory_are_proportional_to_the_size(name, genuine) -> None:
    data = LARGE_CONTENT[name](SIZE)
    started = time.process_time()
    trace = trace_of(data, stdout="é".encode() * 9)
    assert time.process_time() - started < CPU_PER_BYTE_S * len(data)
    del trace
    tracemalloc.start()
    try:
        trace = trace_of(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < PEAK_PER_BYTE * len(data)
    assert len(trace.events) <= LIMITS.events
    data, trace, analysis = genuine
    assert trace_of(data, None, analysis, stdout=trace.stdout.encode()) == trace  # no state is kept for the next trace


def test_stderr_is_read_in_linear_time() -> None:
    started = time.process_time()
    for text in (b"\n", b" ", b"\r", b'\n  File "', "\u2003".encode()):
        trace_of(lines_of(END), stderr=b'File "' + text * (SIZE // len(text)))
    assert time.process_time() - started < 10


def test_a_forged_trace_can_be_rendered() -> None:
    """Check that lines outside of the source, which no genuine trace has, are shown empty."""
    events = [altered(1, 999), altered(2, 10**9), altered(4, 7), [*altered(0, 6)[:9], "no\nline", 0]]
    text = render(trace_of(lines_of(*events, END)), "snoop")
    assert " 999 | \n" in text
    assert " no\n line\n" in text


@pytest.mark.parametrize("code", ["", "-" * 10**5 + "1", "(" * 1000, "\0", "x = '\ud800'"])
def test_a_source_that_cannot_be_parsed_can_be_rendered(code) -> None:
    trace = replace(trace_of(lines_of(EVENT, END)), code=code)
    assert render(trace, "snoop").endswith("   11 | SOURCE IS UNAVAILABLE\n")
