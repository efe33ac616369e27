"""Classify the lines of a text of the view `compact`.

    1 def double(n):        source, new: the head lists the whole program
                            other: the empty line ends the head
    4                       source, seen: line 4 runs
    3 total=8               change
    3 >1 n=4                flow: line 3 runs, then line 1, which it calls
    2 ->8                   flow
    |8                      other: printed text
    ok                      flow

After a number, a line may contain changes, a marked event, or both. The first of them determines the kind of the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from statecode.records import Status
from statecode.views.compact.predictor import ENTERING
from statecode.views.compact.source_lines import number_lines
from statecode.views.compact.values import NEXT_CHANGE, NEXT_MARK
from statecode.views.line_kinds import ClassifiedLine, LineKind

_NUMBER = "(0|[1-9][0-9]*)"
_HEAD_SOURCE = re.compile("[1-9][0-9]*(?: .*)?", re.DOTALL)
_RUNS = re.compile(rf"(\.?){_NUMBER}((?: .*)?)", re.DOTALL)
_ENTERS = re.compile(rf"(>[*>\[]?){_NUMBER}((?: .*)?)", re.DOTALL)
_ANNOUNCES = re.compile(r"@(?:[0-9]+|\[\]|\{.*\})", re.DOTALL)
_LEAVING = ("->", "=>", "^")
_STATUSES = frozenset(status.value for status in Status)
_OTHER = ClassifiedLine(LineKind.OTHER)


def line_kinds(lines: Sequence[str], before: Sequence[str] = ()) -> list[ClassifiedLine]:
    """Return the kind of each line; `before` contains all lines of the text before them."""
    return list(_classified([*before, *lines]))[len(before):]


def next_source_line(code: str, before: Sequence[str]) -> str:
    """Return a prediction of the next line of a text; empty if there is none.

    In the head, the prediction is the next line of the source, with its number. In the body, it is the number of the
    first source line that is not blank after the source line whose number was written last.
    """
    if not code:
        return ""
    head = number_lines(code).removesuffix("\n").split("\n")
    if "" not in before:
        return head[len(before)] if len(before) < len(head) else ""
    body = before[before.index("") + 1:]
    shown = next((int(match[2]) for line in reversed(body) if (match := _RUNS.fullmatch(line))), 0)
    source = code.splitlines()
    following = range(shown + 1, len(source) + 1)
    return next((str(number) for number in following if source[number - 1].strip()), "")


def _classified(text: Sequence[str]) -> Iterator[ClassifiedLine]:
    """Yield each line of a whole text, classified: of the head, of the body, and of the end after the status."""
    lines = iter(text)
    for line in lines:
        yield _OTHER if not _HEAD_SOURCE.fullmatch(line) else ClassifiedLine(LineKind.SOURCE_NEW)
        if not line:
            break
    continues_line = False  # True after a return: the repeated number of the caller's line is not an event
    for line in lines:
        classified = _classified_body_line(line, continues_line)
        yield classified
        if line in _STATUSES:
            break
        if not line.startswith(" "):  # a further line of a value has no effect
            continues_line = classified.kind is not LineKind.OTHER and _event_of(line).startswith(_LEAVING)
    for line in lines:
        yield ClassifiedLine(LineKind.FLOW) if _ANNOUNCES.fullmatch(line) else _OTHER


def _classified_body_line(line: str, continues_line: bool) -> ClassifiedLine:
    """Return a line of the body, classified.

    Args:
        continues_line: True after a return: a number at the start of the line then repeats the caller's line, which
            continues.
    """
    if line in _STATUSES or _ANNOUNCES.fullmatch(line):
        return ClassifiedLine(LineKind.FLOW)
    runs = _RUNS.fullmatch(line)
    if runs is None:
        return _classified_event(line) or _OTHER
    if runs[1] and not runs[3]:
        return _OTHER  # a line `.3` always has changes
    numbers, events = ((), 0) if runs[1] else ((int(runs[2]),), int(not continues_line))
    changes, event = _divided(runs[3])
    follows = _classified_event(event) if event else ClassifiedLine(LineKind.SOURCE_SEEN)
    if follows is None or not _are_changes(changes):
        return _OTHER
    return ClassifiedLine(
        LineKind.CHANGE if changes else follows.kind, numbers + follows.numbers, events + follows.events
    )


def _classified_event(text: str) -> ClassifiedLine | None:
    """Return a text that consists of an event with its mark, classified; None for any other text."""
    enters = _ENTERS.fullmatch(text)
    if enters and enters[1] in ENTERING and _are_changes(enters[3]):
        return ClassifiedLine(LineKind.FLOW, (int(enters[2]),), 1)
    if text == "^" or text.startswith(("->", "=>", "!")):
        return ClassifiedLine(LineKind.FLOW, events=1)
    return None


def _divided(payload: str) -> tuple[str, str]:
    """Return the two parts of the text after a number: the changes and the event. Each of them may be empty."""
    found = NEXT_MARK.search(payload)
    return (payload[:found.start()], payload[found.end():]) if found else (payload, "")


def _event_of(line: str) -> str:
    """Return the event on a line of the body; empty if the line contains only a number and changes."""
    runs = _RUNS.fullmatch(line)
    return _divided(runs[3])[1] if runs else line


def _are_changes(text: str) -> bool:
    """Return True if the text contains only changes, or is empty."""
    return not NEXT_CHANGE.split(text)[0]
