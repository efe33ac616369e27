"""Any text on one line of a view, and the refusal of lines that no view writes.

A text stands as it is unless it holds a line separator or starts with `~`; then it stands as `~` and a JSON string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest

from statecode.errors import TraceParseError

_SEPARATOR = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOT_ESCAPED_BY_JSON = re.compile("[\x85\u2028\u2029]")
_MAX_SHOWN = 80  # characters of a refused line
_decoder = json.JSONDecoder()


def quoted(text: str) -> str:
    """A JSON string without any of the characters at which `str.splitlines` divides."""
    return _NOT_ESCAPED_BY_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def on_one_line(text: str, end: str | None = None) -> str:
    """The text, escaped where it must be, or where `end`, which is to follow it, would be found too early."""
    if text[:1] == "~" or _SEPARATOR.search(text) or (end is not None and (text + end).find(end) < len(text)):
        return "~" + quoted(text)
    return text


def read_one_line(line: str, end: str | None = None) -> tuple[str, str]:
    """Read what `on_one_line` wrote at the start of `line`; gives the text, and what follows after `end`.

    Raises:
        ValueError: there is no such text.
    """
    if line[:1] != "~":
        if end is None:
            return line, ""
        text, found, rest = line.partition(end)
        if not found:
            raise ValueError(f"{end!r} is missing")
        return text, rest
    text, stop = _decoded(line)
    rest = line[stop:]
    if not rest.startswith(end or "") or (end is None and rest):
        raise ValueError("more follows than should")
    return text, rest[len(end or ""):]


def read_json(text: str, pairs: bool = False) -> object:
    """Read JSON; with `pairs` an object as the list of its pairs, tuples.

    Raises:
        ValueError: it is none.
    """
    try:
        return json.loads(text, object_pairs_hook=list if pairs else None)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def escaped_lines(text: str) -> Iterator[str]:
    """Whole lines without their newline; others, such as the last one without any, escaped with all that they hold."""
    for line in text.split("\n")[:-1]:
        yield "~" + quoted(f"{line}\n") if line[:1] == "~" or _SEPARATOR.search(line) else line
    last = text.rpartition("\n")[2]
    if last:
        yield "~" + quoted(last)


def read_escaped_line(line: str) -> str:
    """Read a line that `lines_of` wrote.

    Raises:
        ValueError: it is none.
    """
    return read_one_line(line)[0] if line[:1] == "~" else line + "\n"


def parse_error(number: int, line: str, why: str) -> TraceParseError:
    """The error for line `number`, from 1."""
    shown = line if len(line) <= _MAX_SHOWN else line[:_MAX_SHOWN] + "..."
    return TraceParseError(f"line {number}: {why}: {shown!r}")


def check_round_trip(text: str, again: str) -> None:
    """Refuse a text that is rendered as `again` when it has been read.

    Raises:
        TraceParseError: the two differ; the message has the first line that does.
    """
    if text == again:
        return
    pairs = zip_longest(text.split("\n"), again.split("\n"))
    for number, (line, expected) in enumerate(pairs, 1):
        if line != expected:
            wanted = "the text should end here" if expected is None else f"expected {expected[:_MAX_SHOWN]!r}"
            raise parse_error(number, line or "", wanted)


def _decoded(line: str) -> tuple[str, int]:
    try:
        text, stop = _decoder.raw_decode(line, 1)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(text, str):
        raise ValueError("no JSON string")
    return text, stop
