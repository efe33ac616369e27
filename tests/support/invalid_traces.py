"""A strategy for traces that no program can cause, and mutations of texts, to test views that can be parsed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from hypothesis import strategies as st

from statecode.errors import TraceParseError
from statecode.records import Change, Event, EventKind, ExceptionInfo, Status, Trace
from statecode.views import parse, render

CODES = (
    "", "x = 1", "x = 1\n", "def f(n):\n    return n\n\nx = f(2)\n", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2", "x = '\x0c'\n\n~\n",
    "x = '<|frame_sep|>'\nx = '<|frame_sep|>'\n", "for i in [\n    1,\n]:\n    i\n", "\u2028 = \x85\n", "x =\nif", "    1 | \n",
)
LOOK_ALIKES = (
    "..", "~", '~"', '~"x"', " = ", "a = b", "=", "|", "   1 | x", "@ {}", ">>> call f", "<<< return: 1", "--- f", "!!! ", "!!!",
    "... ", "* ", "status: ok", "stdout: ", "", " ", "<|frame_sep|>", "<|arg_sep|>", "<|action_sep|", "\\u003c|arg_sep|>", "\\",
    '"', "'", "{}", "[]", "null", "\n", "\r", "\r\n", "\n\n", "a\nb", "a\x0cb", "\x1c", "\x85", "\u2028", "é…😀", "\x00", "\ud800",
    "......", "Iterating over x", "Values of x: 1", "Result: 1", "!!! Call ended by exception", "List comprehension:",
)
texts = st.one_of(
    st.sampled_from(LOOK_ALIKES), st.text(max_size=6),
    st.builds(str.__add__, st.sampled_from(LOOK_ALIKES), st.sampled_from(LOOK_ALIKES)),
)
maybe_texts = st.none() | texts
small = st.integers(-1, 6)
names = st.sampled_from(("x", "y", "z", "len(x)", ".0")) | texts
events = st.builds(
    Event, st.sampled_from(EventKind), small, small, small, st.integers(0, 4), st.integers(0, 2),
    st.sampled_from(("<module>", "f", "A.f", "<listcomp>", "<genexpr>")) | texts,
    st.lists(st.builds(Change, names, texts), max_size=3).map(tuple), maybe_texts, maybe_texts, st.integers(-1, 9),
)
invalid_traces = st.builds(
    Trace, program_id=st.just("p"), problem_id=st.just("p"), input_index=st.just(0), code=st.sampled_from(CODES) | texts,
    stdin=texts, status=st.sampled_from(Status), truncation=maybe_texts, stdout=texts, stderr=texts,
    exception=st.none() | st.builds(ExceptionInfo, texts, texts, st.none() | small),
    events=st.lists(events, max_size=6).map(tuple),
)

HALF = """\
def half(n):
    return n // 2

x = half(int(input()))
print(x)
1 / x
"""
_MODULE, _HALF = {"depth": 0, "frame": 0, "thread": 0, "function": "<module>"}, {
    "depth": 1, "frame": 1, "thread": 0, "function": "half"
}


def check_round_trip(trace: Trace, view: str) -> None:
    """Check that a lossless view restores a trace."""
    read = parse(render(trace, view), view)
    assert read.content() == trace.content()
    assert (read.code, read.stdin) == (trace.code, trace.stdin)


def small_trace() -> Trace:
    """Return the trace of HALF on Python 3.11, without the change of `__builtins__`."""
    start, defined = (Change("__name__", "'__main__'"),), (Change("half", "<function half at 0x…>"),)
    raised = "!!! ZeroDivisionError: division by zero\n!!! When evaluating: 1 / x"
    return Trace(
        program_id="half", problem_id="half", input_index=0, code=HALF, stdin="1\n", stdout="0\n", stderr="oh\nno",
        status=Status.EXCEPTION, exception=ExceptionInfo("ZeroDivisionError", "division by zero", 6),
        events=(
            Event(EventKind.CALL, 0, 0, changes=start, **_MODULE),
            Event(EventKind.LINE, 1, 0, **_MODULE),
            Event(EventKind.LINE, 4, 1, changes=defined, **_MODULE),
            Event(EventKind.CALL, 1, 1, changes=(Change("n", "1"),), **_HALF),
            Event(EventKind.LINE, 2, 1, **_HALF),
            Event(EventKind.RETURN, 2, 2, value="0", **_HALF),
            Event(EventKind.LINE, 5, 4, changes=(Change("x", "0"),), **_MODULE),
            Event(EventKind.LINE, 6, 5, stdout_end=2, **_MODULE),
            Event(EventKind.EXCEPTION, 6, 6, stdout_end=2, detail=raised, **_MODULE),
            Event(EventKind.RETURN, 6, 6, stdout_end=2, **_MODULE),
        ),
    )


def mutations(text: str, count: int, seed: int) -> Iterator[str]:
    """Yield `count` copies of a text, each with one random mutation.

    A mutation inserts, replaces, deletes or repeats characters, moves or swaps lines, or cuts off the end.
    """
    random_ = random.Random(seed)
    for _ in range(count):
        yield random_.choice(_MUTATORS)(text, random_)


def count_accepted(texts_: Iterator[str], view: str, code: str) -> int:
    """Return the number of texts that can be parsed.

    Check that the trace of such a text renders the same text again, and that any other text raises a TraceParseError.
    """
    count = 0
    for text in texts_:
        try:
            trace = parse(text, view, code)
        except TraceParseError as error:
            message = str(error)
            assert message.startswith("line ") and message.partition(":")[0][5:].isdigit() and "\n" not in message
            assert message.endswith(("'", '"')), message  # the message ends with the text of the line
        else:
            assert render(trace, view) in (text, text.removesuffix("\n"))  # commands print a newline after the text
            count += 1
    return count


def _character(text: str, random_: random.Random) -> str:
    place = random_.randrange(len(text) + 1)
    return text[:place] + random_.choice("x 0~\n\"|<{}=.*!") + text[place + random_.randrange(2):]


def _cut(text: str, random_: random.Random) -> str:
    return text[:random_.randrange(len(text) + 1)]


def _deleted(text: str, random_: random.Random) -> str:
    first, last = sorted(random_.randrange(len(text) + 1) for _ in range(2))
    return text[:first] + text[min(last, first + 20):]


def _repeated(text: str, random_: random.Random) -> str:
    first, last = sorted(random_.randrange(len(text) + 1) for _ in range(2))
    return text[:last] + text[first:]


def _lines_swapped(text: str, random_: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    first, second = random_.randrange(len(lines)), random_.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return "".join(lines)


def _line_moved(text: str, random_: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    line = lines.pop(random_.randrange(len(lines)))
    lines.insert(random_.randrange(len(lines) + 1), line)
    return "".join(lines)


def _number(text: str, random_: random.Random) -> str:
    places = [place for place, character in enumerate(text) if character.isdigit()] or [0]
    place = random_.choice(places)
    return text[:place] + random_.choice("0123456789") + text[place + 1:]


def _look_alike(text: str, random_: random.Random) -> str:
    place = random_.randrange(len(text) + 1)
    return text[:place] + random_.choice(LOOK_ALIKES) + text[place:]


_MUTATORS: tuple[Callable[[str, random.Random], str], ...] = (
    _character, _character, _cut, _deleted, _repeated, _lines_swapped, _line_moved, _number, _look_alike,
)
