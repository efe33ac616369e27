"""Check that the supervisor derives from a program's source the same facts as snoop in the traced process.

`snoop_events` runs programs under unmodified snoop. For each event it outputs snoop's result and the values that the
native engine would record. `SourceAnalysis` and `read_events` must return the same result for these values.
"""

from __future__ import annotations

import json
import linecache
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.programs import load_programs
from statecode.records import EventKind
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire.normalise import Normaliser
from statecode.tracing.wire.validation import read_events
from tests.support.paths import GOLDEN, SUPPORT
from tests.support.raising_programs import programs as raising_programs
from tests.support.samples import kinds_of_program, sample, sampled
from tests.support.source_locations import ANALYSIS, CALLS, KINDS, numbers, raise_locations


def events_of(programs: list[tuple[str, str]]) -> list[list]:
    """Return the events of each program: snoop's result with the values of the interpreter, see `snoop_events`."""
    command = [sys.executable, str(SUPPORT / "snoop_events.py")]
    with tempfile.TemporaryDirectory() as folder:  # some programs write files
        done = subprocess.run(
            command, input=json.dumps(programs), capture_output=True, text=True, check=True, cwd=folder
        )
    assert done.stderr == ""
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(events) == len(programs) and all(events), "every program has events"
    return events


def native_record(event: list) -> list:
    """Return the record that the native engine would write for an event."""
    record, expression_lines, name, first_line, line, code_index, lasti = event
    kind, _, from_line, depth, frame, thread, _, changes, value, detail, position = record
    if KINDS[kind] is EventKind.EXCEPTION:
        value, detail = f"{code_index}:{lasti}", detail.removesuffix("\n".join(["", *expression_lines]))
    return [kind, line, from_line, depth, frame, thread, f"{name}:{first_line}", changes, value, detail, position]


def differences(code: str, events: list[list]) -> list[tuple]:
    """Return the differences from snoop, in the results of an analysis or in the events that are made with it."""
    analysis, found = SourceAnalysis(code), []
    for record, expression_lines, name, first_line, line, code_index, lasti in events:
        kind = KINDS[record[0]]
        ours = [analysis.qualified_name(name, first_line), analysis.call_line(line) if kind in CALLS else line]
        theirs = [record[6], record[1]]
        if kind is EventKind.EXCEPTION:
            ours, theirs = [*ours, analysis.find_exception_expression(code_index, lasti, line)], [*theirs, expression_lines]
        if ours != theirs:
            found.append((kind.value, line, ours, theirs))
    made = [
        read_events(records, b"", Normaliser(), analysis).events()
        for records, analysis in (
            ([event[0] for event in events], None), ([native_record(event) for event in events], SourceAnalysis(code)),
        )
    ]
    if not found and made[0] != made[1]:
        found.append(next(pair for pair in zip(*made) if pair[0] != pair[1]))
    return found


def assert_equals_snoop(programs: list[tuple[str, str]], min_expressions: int = 0) -> None:
    all_events = events_of(programs)
    differing = {
        code: found for (code, _), events in zip(programs, all_events) if (found := differences(code, events))
    }
    assert differing == {}
    assert sum(bool(event[1]) for events in all_events for event in events) >= min_expressions


def first_runs(source: str, step: int, **options: object) -> list[tuple[str, str]]:
    programs = sample(load_programs(source, **options), step, kinds_of_program)
    return [(program.code, program.inputs[0]) for program in programs]


def golden_runs() -> list[tuple[str, str]]:
    return [(path.read_text(encoding="utf-8"), "") for path in sorted(GOLDEN.glob("*.py"))]


def raising_runs(step: int) -> list[tuple[str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [(code, "") for code in raising_programs(step)]


def mbpp_runs(folder: Path, source: str, step: int) -> list[tuple[str, str]]:
    files = {"mbpp": folder / "mbpp" / "mbpp.jsonl", "mbppplus": folder / "mbppplus" / "MbppPlus.jsonl.gz"}
    return first_runs(source, step, calls_per_problem=1, **{f"{source}_path": str(files[source])})


# compared with snoop


SPECIAL_SOURCES = {
    "empty": "",
    "no newline at the end": "def f():\n    return 1 / 0\ntry: f()\nexcept ArithmeticError: pass",
    "carriage returns": "def f(a):\r    return a.b\r\ntry:\r\n  f(1)\nexcept AttributeError:\r  pass",
    "form feeds": "x = 1\n\x0cdef f():\n\x0c    return [].pop()\ntry: f()\n\x0cexcept IndexError: pass\n",
    "other separators": "x = 'a\x0bb\x1cc\u2028d'\ntry: x + (1,\n 'e\x0bf\u2028g')\nexcept TypeError: pass\n",
    "a line that begins with @": "class M:\n  def __matmul__(s, o): return (lambda: o)()\nx = (M()\n@ 3)\n'''\n@x'''\n",
    "the last line begins with @": "def f():\n    pass\nf()\n'''\n@'''",
    "a continued indentation": "def h():\n    x = 1\n    \\\ndef f(): return 1\n    return f()\nh()\n",
    "a def in a string": "'''\ndef f():\n'''\nclass A:\n    def f(self):\n        '''\ndef g(self):'''\n        return 1\nA().f()\n",
    "lambdas in one line": "f = lambda: lambda: (lambda: 1)()\ndef g(a=lambda: 1): return (lambda: a)()()\nf()(), g()\n",
    "a lambda in a class's head": "def d(f): return lambda c: (f(), c)[1]\n@d(lambda: 1)\nclass A((lambda: object)()): b = (lambda: 1)()\n",
    "a decorated class without def": "def d(c): return c\n@d\nclass A:\n    x = 1\n",
    "async def": "def d(f): return f\n@d\nasync def a(): return 1\ntry: a().send(None)\nexcept StopIteration: pass\n",
    "global names": "def f():\n    global g\n    def g(): return 1 / 0\n    g()\ntry: f()\nexcept ArithmeticError: pass\n",
    "a name twice": "def f():\n    def g(): return 1\n    return g()\ndef h():\n    def g(): return 2\n    return g()\nf(), h()\n",
    "dead code": "if 0:\n    f = lambda: 1\nf = (lambda: 1) if 1 else (lambda: 2); f()\nwhile 0:\n    def g(): pass\n",
    "names that are normalised": "class ℌ:\n    def ﬁ(self): return self.ﬂ\ntry: H().fi()\nexcept AttributeError: pass\n",
}
if sys.version_info >= (3, 12):
    SPECIAL_SOURCES["type aliases"] = "def f():\n    type X = int; return X.__value__\nclass A:\n    type Y = list\nf(), A.Y.__value__\n"
    SPECIAL_SOURCES["type parameters"] = (
        "def f():\n    type X = int; return X.__value__\nclass A[T: (int, str)]:\n    def g[U: list](self): return (lambda: U.__bound__)()\n"
        "    class B[V]: x = 1\n    type Y[W] = list[W]\nf(), A().g(), A.Y.__value__, A.__type_params__[0].__constraints__\n"
    )


def test_special_sources() -> None:
    assert_equals_snoop([(code, "") for code in SPECIAL_SOURCES.values()], min_expressions=5)


@sampled(20)
def test_golden_and_embedded_programs(step) -> None:
    assert_equals_snoop(golden_runs() + first_runs("embedded", step), min_expressions=80 // step)


@sampled(32)
def test_programs_that_raise_everywhere(step) -> None:
    assert_equals_snoop(raising_runs(step), min_expressions=2000 // step)


@pytest.mark.one_python
@sampled(10)
@pytest.mark.parametrize("source", ["mbpp", "mbppplus"])
def test_mbpp(statecode_data, source, step) -> None:
    assert_equals_snoop(mbpp_runs(statecode_data, source, step))


# known answers


def test_function_names() -> None:
    code = (
        "def f():\n    def g():\n        pass\n    return [lambda: g for _ in '']\nclass A:\n    @f\n    @f\n    def m(self):\n"
        "        class B:\n            def n(self): pass\n"
    )
    requests = [
        ("<module>", 1), ("f", 1), ("g", 2), ("<lambda>", 4), ("<listcomp>", 4), ("A", 5), ("m", 6), ("m", 8), ("B", 9), ("n", 10),
        ("n", 11),
    ]
    analysis = SourceAnalysis(code)
    assert [analysis.qualified_name(*name) for name in requests] == [
        "<module>", "f", "f.<locals>.g", "f.<locals>.<lambda>", "<listcomp>", "A", "A.m", "m", "A.m.<locals>.B",
        "A.m.<locals>.B.n", "n",
    ]


def test_lines_of_decorated_calls() -> None:
    analysis = SourceAnalysis("@a\n@b\n\n  defend\ndef f():\n    pass\n@c\nclass C: pass\n")
    assert [analysis.call_line(line) for line in range(10)] == [0, 4, 4, 3, 4, 5, 6, 7, 8, 9]
    assert analysis.has_decorator_lines and not SourceAnalysis("a = b @ c\n").has_decorator_lines


def test_facts_are_computed_on_first_use() -> None:
    analysis = SourceAnalysis("def f():\n    pass\nf()\n")
    assert not analysis.has_decorator_lines and (analysis.qualified_name("f", 1), analysis.call_line(1)) == ("f", 1)
    assert not {"_code_objects", "_expressions", "_names_from_code", "_names_from_tree"} & set(vars(analysis))


def test_no_effects_on_the_process(recwarn) -> None:
    cached, filters = dict(linecache.cache), list(warnings.filters)
    code = "x = '\\d' is 'a'\nx.y"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((SyntaxError, DeprecationWarning)):
            compile(code, "program.py", "exec")
        assert SourceAnalysis(code).find_exception_expression(0, 10**6, 1) == []
        analysis = SourceAnalysis(code)
        assert len(analysis._code_objects) == 1 and analysis.qualified_name("<lambda>", 1) == "<lambda>"
    assert (linecache.cache, warnings.filters) == (cached, filters) and not recwarn.list


# hostile sources


NESTED = {
    "400 terms": "+".join(["1"] * 400), "900 terms": "+".join(["1"] * 900), "2,500 terms": "+".join(["x"] * 2500),
    "90 brackets": "[" * 90 + "]" * 90, "nested lambdas": "lambda: " * 80 + "1", "attributes": "x" + ".a" * 900,
    "comparisons": "<".join(["x"] * 5000), "elements": "[" + "x,\n" * 40_000 + "]", "not": "not " * 900 + "x",
}


@pytest.mark.parametrize("name", NESTED)
def test_nested_deeply(name: str) -> None:
    code = f"class A:\n    def f(self):\n        x = 1\n        return lambda: ({NESTED[name]})\n\nx = missing\n"
    started = time.process_time()
    analysis = SourceAnalysis(code)
    assert analysis.qualified_name("f", 2) == "A.f"
    assert analysis.qualified_name("<lambda>", 4) == "A.f.<locals>.<lambda>"
    if name != "2,500 terms":  # too deep for snoop's walk of the tree
        assert analysis.find_exception_expression(*raise_locations(code)[0]) == ["!!! When evaluating: missing"]
    analysis.find_exception_expressions((3, lasti, 4) for lasti in range(0, 400, 2))
    assert time.process_time() - started < 30


@pytest.mark.parametrize("frames", [0, 900])
def test_names_do_not_depend_on_the_stack_depth(frames: int) -> None:
    code = f"class A:\n    def f(self): {'+'.join(['self'] * 900)}\n"

    def deeper(left: int) -> str:
        return deeper(left - 1) if left else SourceAnalysis(code).qualified_name("f", 2)

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000 + 100)
    try:
        assert deeper(frames) == "A.f"
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("code", ["def f(:\n", "x = '\ud800'\n", "\0", "((((", "'" * 7, "(" * 10_000])
def test_sources_that_do_not_compile(code: str) -> None:
    analysis = SourceAnalysis(code)
    assert analysis.qualified_name("f", 1) == "f" and analysis.qualified_name("<lambda>", 1) == "<lambda>"
    assert analysis.find_exception_expression(0, 0, 1) == [] and analysis.call_line(1) == 1


# forged records


@given(st.text(max_size=20) | st.sampled_from(["<lambda>", "<listcomp>", "A"]), numbers)
def test_any_function_and_line(name: str, line: int) -> None:
    assert type(ANALYSIS.qualified_name(name, line)) is str
    assert type(ANALYSIS.call_line(line)) is int
