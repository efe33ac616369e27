"""Test the view `compact`: the text of a small program, each form of a line, and lossless parsing."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings

import statecode
from statecode.errors import TraceParseError
from statecode.programs import load_programs
from statecode.records import Change, Event, EventKind, ExceptionInfo, Status, Trace
from statecode.tracing import SandboxRunner
from statecode.views import compact
from statecode.views.cutting import spans
from statecode.views.line_kinds import ClassifiedLine, LineKind
from statecode.views.segments import Kind, joined
from tests.support.adversarial_traces import BEGIN, adversarial_traces
from tests.support.invalid_traces import HALF, count_accepted, invalid_traces, mutations, small_trace
from tests.support.paths import ROOT

VIEW = "compact"
SHIPPED = ROOT / "statecode" / "data" / "embedded"
PROGRAM = """\
def double(n):
    return 2 * n
total = double(4)
print(total)
"""
TEXT = """\
1 def double(n):
2     return 2 * n
3 total = double(4)
4 print(total)

1
3 >1 n=4
2 ->8
3 total=8
4
|8
ok"""
HALF_TEXT = """\
1 def half(n):
2     return n // 2
3
4 x = half(int(input()))
5 print(x)
6 1 / x
<1

1
4 >1 n=1
2 ->0
4 x=0
5
|0
6 !ZeroDivisionError: division by zero
 When evaluating: 1 / x
^
exception
|oh
:no"""


def half_trace() -> Trace:
    """Return the run of HALF, with BEGIN as its first event."""
    trace = small_trace()
    return replace(trace, events=(BEGIN, *trace.events[1:]))


def trace_of(*events: Event, code: str = PROGRAM) -> Trace:
    """Return a run that starts with the usual events, continues with `events`, and printed 12 characters."""
    events = BEGIN, Event(EventKind.LINE, 1, 0, 0, 0, 0, "<module>"), *events
    return replace(half_trace(), code=code, stdin="", stdout="one\n\ntwo 222", stderr="", status=Status.KILLED,
                   exception=None, events=events)


def last_block(*events: Event) -> str:
    """Return the text of the last of these events in a trace of them; check that the trace can be parsed."""
    trace = trace_of(*events)
    check_round_trip(trace)
    return joined(list(compact.segments(trace))[len(trace.events):-1])


def check_round_trip(trace: Trace) -> None:
    """Check that both forms of the text can be parsed to the same trace, and that the blocks are the text."""
    for spaced_digits in (False, True):
        text = compact.render(trace, spaced_digits)
        assert joined(compact.segments(trace, spaced_digits)) == text
        read = compact.parse(text, trace.code)
        assert read.content() == trace.content()
        assert (read.code, read.stdin) == (trace.code, trace.stdin)


def test_a_small_program() -> None:
    events = (
        BEGIN,
        Event(EventKind.LINE, 1, 0, 0, 0, 0, "<module>"),
        Event(EventKind.LINE, 3, 1, 0, 0, 0, "<module>", (Change("double", "<function double at 0x…>"),)),
        Event(EventKind.CALL, 1, 1, 1, 1, 0, "double", (Change("n", "4"),)),
        Event(EventKind.LINE, 2, 1, 1, 1, 0, "double"),
        Event(EventKind.RETURN, 2, 2, 1, 1, 0, "double", value="8"),
        Event(EventKind.LINE, 4, 3, 0, 0, 0, "<module>", (Change("total", "8"),)),
        Event(EventKind.RETURN, 4, 4, 0, 0, 0, "<module>", value="None", stdout_end=2),
    )
    trace = replace(half_trace(), code=PROGRAM, stdin="", stdout="8\n", stderr="", status=Status.OK, exception=None,
                    events=events)
    assert compact.render(trace) == TEXT
    check_round_trip(trace)
    blocks = [joined([block]) for block in compact.segments(trace)]
    assert blocks[1:] == ["", "\n1", "\n3", " >1 n=4", "\n2", " ->8", "\n3 total=8\n4", "\n|8", "\nok"]


def test_module_that_starts_at_its_first_line() -> None:
    """Python 3.10 starts a module at its first line."""
    code = "def double(n): return 2 * n\ndouble(4)\n"
    module = Event(EventKind.LINE, 1, 1, 0, 0, 0, "<module>")
    events = (
        BEGIN._replace(line=1, from_line=1), module, LINE._replace(line=2), CALL, CALL._replace(kind=EventKind.LINE),
        BACK, module._replace(kind=EventKind.RETURN, line=2, from_line=2, value="None"),
    )
    trace = replace(trace_of(code=code), stdout="", status=Status.OK, events=events)
    assert compact.render(trace).partition("\n\n")[2] == "@[]\n>1\n1\n2 >1\n1 ->8\nok"
    check_round_trip(trace)


def test_exception_stdin_and_stderr() -> None:
    assert compact.render(half_trace()) == HALF_TEXT
    check_round_trip(half_trace())


def test_exception_has_the_line_that_raised_it() -> None:
    raised = BACK._replace(kind=EventKind.EXCEPTION, value=None, detail="!!! E: m")
    passed = NEXT._replace(kind=EventKind.EXCEPTION, line=3, detail="!!! E: m\n!!! When calling: double(4)")
    trace = trace_of(LINE, CALL, raised, BACK._replace(value=None), passed, passed._replace(kind=EventKind.RETURN, detail=None))
    for line, note in ((1, ""), (3, '\n@{"exception":["E","m",3]}')):
        ended = replace(trace, status=Status.EXCEPTION, exception=ExceptionInfo("E", "m", line), stdout="")
        assert compact.render(ended).endswith(f"\n!E: m\n^\n3 !E: m\n When calling: double(4)\n^\nexception{note}")
        check_round_trip(ended)


def test_traced_program_can_be_parsed() -> None:
    check_round_trip(statecode.trace(PROGRAM))


def test_every_character_has_a_kind() -> None:
    found = {kind: [] for kind in Kind}
    for span in spans(half_trace(), VIEW):
        found[span.kind].append(HALF_TEXT[span.start:span.end])
    assert "".join(found[Kind.SOURCE]) == HALF
    assert "".join(found[Kind.STDOUT]) == "1\n0ohno"
    assert found[Kind.NEW_VALUE] == ["1", "0"]
    assert found[Kind.COPIED_VALUE] == ["0"]
    assert found[Kind.LINE_NUMBER] == [*"123456", *"14124", *"56"]
    assert found[Kind.CONTROL] == [
        ">", "->", "!ZeroDivisionError: division by zero\n When evaluating: 1 / x", "^", "exception",
    ]


NEW, SEEN, CHANGED, FLOW, OTHER = (
    LineKind.SOURCE_NEW, LineKind.SOURCE_SEEN, LineKind.CHANGE, LineKind.FLOW, LineKind.OTHER,
)


def test_lines_are_classified() -> None:
    lines = TEXT.split("\n")
    assert compact.line_kinds(lines) == [
        *[ClassifiedLine(NEW)] * 4,
        ClassifiedLine(OTHER),
        ClassifiedLine(SEEN, (1,), 1),
        ClassifiedLine(FLOW, (3, 1), 2),
        ClassifiedLine(FLOW, (2,), 2),
        ClassifiedLine(CHANGED, (3,), 0),  # line 3 continues: its event was counted before the call
        ClassifiedLine(SEEN, (4,), 1),
        ClassifiedLine(OTHER),
        ClassifiedLine(FLOW),
    ]
    for number in range(len(lines)):
        assert compact.line_kinds(lines[number:], lines[:number]) == compact.line_kinds(lines)[number:]


def test_lines_of_exception_stdin_and_stderr_are_classified() -> None:
    kinds = [line.kind for line in compact.line_kinds(HALF_TEXT.split("\n"))]
    head, body = [*[NEW] * 6, OTHER, OTHER], [SEEN, FLOW, FLOW, CHANGED, SEEN, OTHER, FLOW, OTHER, FLOW, FLOW, OTHER, OTHER]
    assert kinds == head + body


@pytest.mark.parametrize(
    ("line", "classified"),
    [
        ("3 x=1 y=[1, 2]", ClassifiedLine(CHANGED, (3,), 1)),
        ("3 x=1 ->None", ClassifiedLine(CHANGED, (3,), 2)),
        (".3 x=1", ClassifiedLine(CHANGED)),
        (".3 x=1 >7", ClassifiedLine(CHANGED, (7,), 1)),
        (">1 n=4", ClassifiedLine(FLOW, (1,), 1)),
        ("3 >*1", ClassifiedLine(FLOW, (3, 1), 2)),
        ("3 >>1 n=2", ClassifiedLine(FLOW, (3, 1), 2)),
        ("3 >[4", ClassifiedLine(FLOW, (3, 4), 2)),
        ("=>8", ClassifiedLine(FLOW, (), 1)),
        ("^", ClassifiedLine(FLOW, (), 1)),
        ("3 !ValueError: no", ClassifiedLine(FLOW, (3,), 2)),
        ("@1", ClassifiedLine(FLOW)),
        ('@{"exact":true}', ClassifiedLine(FLOW)),
        ("killed", ClassifiedLine(FLOW)),
        ("|3", ClassifiedLine(OTHER)),
        (":8", ClassifiedLine(OTHER)),
        (" 3", ClassifiedLine(OTHER)),
    ],
)
def test_a_line_of_the_body_is_classified(line: str, classified: ClassifiedLine) -> None:
    assert compact.line_kinds([line], ["1 x = 1", "", "1"]) == [classified]


@pytest.mark.parametrize(
    "line", ["garbage", "", "03", "3 garbage", "3x=1", "3 x", ".3", ">", ">a", ">1 n", "3 >x=1", "3 ^", "@", "@x", "okay", "3."]
)
def test_invalid_lines_are_classified_as_other(line: str) -> None:
    assert compact.line_kinds([line], ["1 x = 1", "", "1"]) == [ClassifiedLine(OTHER)]


def test_number_of_classified_events() -> None:
    """Every event is counted once, except for the first and the last, which are not always written."""
    for trace in islice(statecode.read(SHIPPED), 0, 400, 20):
        lines = compact.line_kinds(compact.render(trace).split("\n"))
        assert len(trace.events) - 2 <= sum(line.events for line in lines) <= len(trace.events)
        ran = [event.line for event in trace.events if event.kind is EventKind.LINE]
        assert len(ran) <= sum(len(line.numbers) for line in lines)


LINE = Event(EventKind.LINE, 3, 1, 0, 0, 0, "<module>", (Change("double", "<function double at 0x…>"),))
NEXT = LINE._replace(line=4, from_line=3, changes=())
CALL = Event(EventKind.CALL, 1, 1, 1, 1, 0, "double")
BACK = Event(EventKind.RETURN, 1, 1, 1, 1, 0, "double", value="8")


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ([LINE], "\n3"),
        ([LINE._replace(changes=())], '\n@{"exact":true}\n3'),
        ([LINE._replace(changes=(Change("double", "2"),))], " double=2\n3"),
        ([LINE, LINE._replace(from_line=3)], " double=<function double at 0x…>\n3"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1, (2, 3)]"), Change("len(x)", "2")))], " x=[1, (2, 3)]\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1, (2, 3)]"), Change("len(x)", "3")))], " x=[1, (2, 3)] len(x)=3\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1]"),))], '\n@{"exact":true}\n.3 x=[1]\n4'),
        ([LINE, NEXT._replace(changes=(Change("x", "[1, ..., 9]"), Change("len(x)", "30")))], " x=[1, ..., 9] len(x)=30\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "P(a=1, b=2)"), Change("y", "'->'")))], " x=P(a=1, ~b=2) y='->'\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "a ~b=\nc"),))], " x=a ~~b=\n c\n4"),
        ([LINE, NEXT._replace(changes=(Change("a b", ""),))], ' "a\\u0020b"=\n4'),
        ([LINE, NEXT._replace(stdout_end=5)], "\n|one\n|\n4"),
        ([LINE, NEXT._replace(stdout_end=9)], "\n|one\n|\n:two \n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "1"),), stdout_end=4)], " x=1\n|one\n4"),
        ([LINE, NEXT._replace(stdout_end=99)], '\n@{"stdout_end":99}\n4'),
        ([LINE, CALL._replace(changes=(Change("n", "1"),))], " >1 n=1"),
        ([LINE, CALL._replace(stdout_end=4)], "\n|one\n>1"),
        ([LINE, CALL._replace(line=4, from_line=4, function="<lambda>", kind=EventKind.START_GENERATOR)],
         '\n@{"function":"<lambda>"}\n>*4'),
        ([LINE, CALL, CALL._replace(kind=EventKind.LINE, line=2)], "\n2"),
        ([LINE, CALL, CALL._replace(kind=EventKind.LINE, line=2, changes=(Change("n", "1"),))], "\n.1 n=1\n2"),
        ([LINE, CALL, BACK], "\n->8"),
        ([LINE, CALL, BACK._replace(value="a\nb ->c")], "\n->a\n b ->c"),
        ([LINE, CALL, BACK._replace(value=None)], "\n^"),
        ([LINE, CALL, BACK._replace(kind=EventKind.YIELD)], "\n=>8"),
        ([LINE, CALL, BACK, NEXT], "\n3\n4"),
        ([LINE, CALL, BACK, NEXT._replace(stdout_end=4)], "\n|one\n4"),
        ([LINE, CALL, BACK, CALL._replace(frame=2)], "\n3 >1"),
        ([LINE, CALL, BACK._replace(kind=EventKind.YIELD), CALL._replace(kind=EventKind.REENTER_GENERATOR)], "\n3 >>1"),
        ([LINE, NEXT._replace(kind=EventKind.EXCEPTION, line=3, detail="!!! E: a\n!!! When calling: f()")],
         " !E: a\n When calling: f()"),
        ([LINE, NEXT._replace(kind=EventKind.EXCEPTION, line=3, detail="E")], '\n@{"detail":"E"}\n!'),
        ([LINE, CALL._replace(depth=0, thread=1)], "\n@1\n>1"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1]"),)), NEXT._replace(from_line=4, changes=(Change("x", "[1, 2]"),))],
         " x=[1, 2]\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1]"), Change("len(x)", "1"), Change("len(x)", "2")))],
         '\n@{"exact":true}\n.3 x=[1] len(x)=1 len(x)=2\n4'),
        ([LINE, NEXT._replace(line=-1)], '\n@{"line":-1}\n0'),
        ([LINE, NEXT._replace(line=-1), NEXT._replace(from_line=-1)], "\n4"),
        ([LINE, CALL._replace(kind=EventKind.COMPREHENSION, line=4, from_line=4, function="<listcomp>"),
          BACK._replace(kind=EventKind.COMPREHENSION_RESULT, line=4, from_line=4, function="<listcomp>")], "\n->8"),
        ([LINE, CALL, NEXT, NEXT._replace(kind=EventKind.RETURN, line=4, from_line=4, value="None"),
          CALL._replace(depth=0, frame=2)], "\n>1"),
        ([LINE, NEXT._replace(frame=7, depth=2, function="g", value="1")],
         '\n@{"frame":7,"depth":2,"function":"g","value":"1"}\n4'),
    ],
)
def test_text_of_an_event(events: list[Event], text: str) -> None:
    assert last_block(*events) == text


@pytest.mark.parametrize("code", ["", "\n", "x = 1", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "\r\r\n\n", "x = '\x0c'\n", "1 x\n", "\\\n"])
def test_source_is_lossless(code: str) -> None:
    check_round_trip(replace(half_trace(), code=code))


def test_lines_are_numbered_as_in_python() -> None:
    trace = replace(half_trace(), code="a\r\nb\rc\x0cd\n", stdin="")
    assert compact.render(trace).startswith("1 a\r\n2 b\r3 c\x0cd\n\n")


def test_separated_digits() -> None:
    trace = trace_of(LINE, NEXT._replace(changes=(Change("x10", "(123, '4  5', ...)"),), stdout_end=12))
    text = compact.render(trace, spaced_digits=True)
    assert text.endswith("\ndigits apart\n\n1\n3 x10=(1 2 3, '4   5', ...)\n|one\n|\n:two 2 2 2\n4\nkilled")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\n4 >1", "\n4 >1 m", "line 10: expected a change or a mark: '4 >1 m n=1'"),
        ("\n^", "\n@{\n^", "line 17: invalid text (JSONDecodeError): '@{'"),
        ("\n2 ->0", "\n2 +>0", "line 11: expected a change or a mark: '2 +>0'"),
        ("\n2 ->0", "\n02 ->0", "line 11: the view compact does not write this line here: '02 ->0'"),
        ("\n4 x=0", "\n5 x=0", "line 12: the view compact does not write this line here: '5 x=0'"),
        ("\nexception", "\nfine", "line 18: expected a line number or a mark: 'fine'"),
        ("\nexception\n|oh\n:no", "", "line 17: the text ends without a status: '^'"),
        ("2     return", "3     return", "line 2: expected line 2 of the source: '3     return n // 2'"),
        ("<1\n\n", "<1\n", "line 1: no empty line after the source: '1 def half(n):'"),
        ("\n^", '\n@{"frame":[]}\n^', "line 17: unknown field or wrong type: frame: '@{\"frame\":[]}'"),
    ],
)
def test_invalid_text_is_rejected(old: str, new: str, message: str) -> None:
    assert HALF_TEXT.count(old) == 1
    with pytest.raises(TraceParseError) as caught:
        compact.parse(HALF_TEXT.replace(old, new))
    assert str(caught.value) == message


def test_other_source_is_rejected() -> None:
    with pytest.raises(TraceParseError, match="line 1: the source differs from the code passed: '1 "):
        compact.parse(TEXT, PROGRAM + "\n")


@settings(deadline=None, max_examples=150)
@given(adversarial_traces)
def test_adversarial_traces(trace: Trace) -> None:
    check_round_trip(trace)


@settings(deadline=None, max_examples=100)
@given(invalid_traces)
def test_invalid_traces(trace: Trace) -> None:
    check_round_trip(trace)


def test_mutations() -> None:
    assert count_accepted(mutations(HALF_TEXT, 1500, 0), VIEW, HALF) < 750


def test_shipped_traces() -> None:
    for trace in islice(statecode.read(SHIPPED), 0, 400, 20):
        check_round_trip(trace)


@pytest.mark.one_python
@settings(deadline=None, max_examples=5000)
@given(adversarial_traces)
def test_many_adversarial_traces(trace: Trace) -> None:
    check_round_trip(trace)


@pytest.mark.one_python
def test_all_shipped_traces() -> None:
    for trace in statecode.read(SHIPPED):
        check_round_trip(trace)


@pytest.mark.one_python
def test_all_of_mbpp(statecode_data: Path) -> None:
    programs = load_programs("mbpp", mbpp_path=str(statecode_data / "mbpp"), calls_per_problem=1)
    with SandboxRunner() as runner:
        for program in programs:
            check_round_trip(runner.run(program).trace)


@pytest.mark.one_python
def test_a_hundred_thousand_mutations() -> None:
    count_accepted(mutations(HALF_TEXT, 60_000, 1), VIEW, HALF)
    texts = (trace for trace in statecode.read(SHIPPED) if len(trace.events) < 60)
    for number, trace in enumerate(islice(texts, 0, 1000, 10)):
        count_accepted(mutations(compact.render(trace), 400, number), VIEW, trace.code)
