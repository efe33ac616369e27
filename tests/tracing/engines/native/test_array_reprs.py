"""Check that arrays and scalars of numpy have the texts of snoop at each event, and that they are read rarely."""

from __future__ import annotations

import gc
import importlib.util
import io
import sys
import weakref
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statecode.records import Program, Status
from statecode.tracing import RunOptions
from statecode.tracing.compare.engines import LIMITS, EnginePair, Verdict
from statecode.tracing.engines import native
from tests.support.array_programs import LOOPS, PROGRAMS

if not native.available():
    pytest.skip(f"no native engine: {native.reason()}", allow_module_level=True)
if importlib.util.find_spec("numpy") is None:
    pytest.skip("needs numpy: pip install numpy", allow_module_level=True)

from statecode.tracing.engines.native import _engine, tracer  # noqa: E402

CAPACITY = 1 << 22
DTYPES = ("?", "i1", "u2", "i4", "i8", "u8", ">i4", ">f8", "f2", "f4", "f8", "g", "F", "D", "U3", "S3", "M8[D]", "m8[s]", "O", "i4,f8")
SHAPES = ("()", "(0,)", "(1,)", "(6,)", "(7,)", "(30,)", "(0, 4)", "(2, 3)", "(3, 3)", "(9, 9)", "(4, 5, 6)", "(3, 1, 3, 4)", "(1,) * 7")


@pytest.fixture(scope="module")
def pair() -> Iterator[EnginePair]:
    with EnginePair(("native", "snoop"), RunOptions(limits=LIMITS, trust_programs=True)) as pair:
        yield pair


def assert_equal(pair: EnginePair, code: str) -> None:
    program = Program(program_id="p", problem_id="p", code=code)
    compared = pair.compare(program)
    difference = compared.difference
    assert compared.verdict is Verdict.EQUAL, difference and (difference.location, *difference.lines(code, ("native", "snoop")))
    assert pair._tested.run(program).trace.status is Status.OK


@pytest.mark.parametrize("name", PROGRAMS)
def test_arrays_have_the_texts_of_snoop(pair, name) -> None:
    assert_equal(pair, PROGRAMS[name])


@pytest.mark.one_python
@pytest.mark.parametrize("name", LOOPS)
def test_loops_have_the_texts_of_snoop(pair, name) -> None:
    assert_equal(pair, LOOPS[name])


HEAD = """\
import numpy as np

def filled(dtype, shape, step):
    size = 1
    for length in shape:
        size *= length
    if np.dtype(dtype).kind == 'O':
        array = np.array([step * k for k in range(size)] + [None], dtype)[:-1]
    else:
        array = (np.arange(size) * step).astype('i4').astype(dtype if ',' not in dtype else dtype)
    return array.reshape(shape)

"""
statements = st.one_of(
    st.tuples(st.just("x{0} = filled('{1}', {2}, {3})"), st.integers(0, 2), st.sampled_from(DTYPES), st.sampled_from(SHAPES), st.integers(0, 5)),
    st.tuples(st.just("if x{0}.size: x{0}.reshape(-1)[{1} % x{0}.size] = filled(x{0}.dtype, (7,), {2})[{1} % 7]"), st.integers(0, 2),
              st.integers(0, 200), st.integers(0, 5)),
    st.tuples(st.sampled_from(["x{0} = x{1}.T", "x{0} = x{1}[::-1] if x{1}.ndim else x{1}", "x{0} = x{1}.reshape(-1)[1::2]", "x{0} = x{1}",
                               "x{0} = x{1}.copy()", "y = [x{0}, x{1}]", "y = dict(a=x{0}, b=(x{1},))", "y = x{0}.reshape(-1)[:1].tolist()",
                               "y = x{0}.reshape(-1)[0] if x{0}.size else None", "x{0} = x{1}[...]", "del x{0}; x{0} = x{1}",
                               "if x{0}.size: x{0}[...] = x{0}.reshape(-1)[{1} % x{0}.size]"]),
              st.integers(0, 2), st.integers(0, 2)).filter(lambda drawn: not drawn[0].startswith("del") or drawn[1] != drawn[2]),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(statements, min_size=20, max_size=60))
def test_each_event_has_the_changes_of_snoop(pair, drawn) -> None:
    lines = [template.format(*arguments) for template, *arguments in drawn]
    code = HEAD + "x0 = x1 = x2 = np.arange(7)\n" + "".join(
        f"try:\n    {line}\nexcept (TypeError, ValueError) as error:\n    pass\n" for line in lines)
    assert_equal(pair, code)


class Recording:
    """One recorder in this process that counts the calls of its Python functions."""

    def __init__(self, source: str) -> None:
        self.calls: Counter[str] = Counter()
        parts = tracer.recorder_parts()
        counted = {name: self._counting(name, parts[name]) for name in ("describe", "represent", "array_texts", "find_numpy")}
        self._recorder = _engine.Recorder(**{**parts, **counted})
        self._channel = bytearray(CAPACITY)
        self._recorder.open(self._channel, 8, CAPACITY, 10**6, CAPACITY, io.BufferedWriter(io.BytesIO()), -2, lambda limit: None)
        code = compile(source, "<program>", "exec")
        self._recorder.add_code(code)
        self.names: dict[str, Any] = {"__name__": "program"}
        self._recorder.start()
        try:
            exec(code, self.names)
        finally:
            sys.settrace(None)
        self._recorder.close()
        self.events = self._recorder.event_count
        assert self._recorder.failure is None

    def _counting(self, name: str, function: Any) -> Any:
        def counted(*arguments: Any) -> Any:
            kind = type(arguments[-1]).__name__ if arguments else ""
            self.calls[f"{name} {kind}"] += 1
            return function(*arguments)

        return counted


@pytest.mark.parametrize(("source", "array_reads"), [
    ("import numpy as np\ngrid = np.zeros((24, 24), int)\nfor i in range(3, 21):\n    for k in range(3, 21):\n        grid[i, k] = i * k\n", 1),
    ("import numpy as np\nrow = np.arange(7)\nfor i in range(200):\n    row = row.copy()\n    total = row.sum()\n    half = total / 2\n", 1),
    ("import numpy as np\nrow = np.arange(7)\nfor i in range(200):\n    row[i % 2] = i % 3\n", 9),
    ("import numpy as np\nrows = [np.arange(3), np.zeros(2)]\nbest = {np.int64(3): np.float64(0.5)}\nfor i in range(200):\n    rows[1][0] = i % 3\n", 4),
])
def test_arrays_are_read_again_only_if_their_text_is_new(source, array_reads) -> None:
    recording = Recording(source)
    assert recording.events > 300
    assert recording.calls.pop("array_texts ndarray") <= array_reads
    assert recording.calls.pop("describe module") <= 2
    assert recording.calls == {"find_numpy ": 1}


def test_the_engine_holds_no_array() -> None:
    source = "import numpy as np\nx = np.arange(9)\nrows = [x, x[1:]]\nx[0] = 5\ndel rows\n"
    recording = Recording(source)
    gone = weakref.ref(recording.names["x"])
    recording.names.clear()
    gc.collect()
    assert gone() is None
