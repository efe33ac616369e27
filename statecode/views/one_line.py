"""Write any text on one line of a view, and report lines that a view does not write.

A text is written unchanged unless it contains a line separator or starts with `~`. Such a text is written as `~` and a
JSON string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest

from statecode.errors import TraceParseError

_SEPARATOR = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOT_ESCAPED_BY_JSON = re.compile("[\x85\u2028\u2029]")
_MAX_SHOWN = 80  # characters of a line in an error message
_decoder = json.JSONDecoder()


def quoted(text: str) -> str:
    """Return a JSON string without any line separator of `str.splitlines`."""
    return _NOT_ESCAPED_BY_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def on_one_line(text: str, end: str | None = None) -> str:
    """Return the text on one line.

    Args:
        end: the delimiter that follows the text; the text is escaped if a reader would find this delimiter too early.
    """
    if text[:1] == "~" or _SEPARATOR.search(text) or (end is not None and (text + end).find(end) < len(text)):
        return "~" + quoted(text)
    return text


def read_one_line(line: str, end: str | None = None) -> tuple[str, str]:
    """Read the text that `on_one_line` wrote at the start of `line`, and `end` after it.

    Returns:
        The text, and the rest of the line after `end`.

    Raises:
        ValueError: the line does not start with such a text, or `end` is missing.
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
        raise ValueError("unexpected text after the JSON string")
    return text, rest[len(end or ""):]


def read_json(text: str, pairs: bool = False) -> object:
    """Return the value of a JSON text; with `pairs`, an object is returned as the list of its (name, value) pairs.

    Raises:
        ValueError: the text is not valid JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=list if pairs else None)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def escaped_lines(text: str) -> Iterator[str]:
    """Yield the lines of a text without their newline.

    A line that needs escaping is yielded as `~` and a JSON string that includes its newline. So is a last line without
    newline.
    """
    for line in text.split("\n")[:-1]:
        yield "~" + quoted(f"{line}\n") if line[:1] == "~" or _SEPARATOR.search(line) else line
    last = text.rpartition("\n")[2]
    if last:
        yield "~" + quoted(last)


def read_escaped_line(line: str) -> str:
    """Return the text of a line that `escaped_lines` yielded.

    Raises:
        ValueError: the line is not valid.
    """
    return read_one_line(line)[0] if line[:1] == "~" else line + "\n"


def parse_error(number: int, line: str, reason: str) -> TraceParseError:
    """Return the error for line `number`, counted from 1."""
    shown = line if len(line) <= _MAX_SHOWN else line[:_MAX_SHOWN] + "..."
    return TraceParseError(f"line {number}: {reason}: {shown!r}")


def check_round_trip(text: str, again: str) -> None:
    """Check that a text equals `again`, the text rendered from its parsed trace.

    Raises:
        TraceParseError: the texts differ; the message contains the first line that differs.
    """
    if text == again:
        return
    pairs = zip_longest(text.split("\n"), again.split("\n"))
    for number, (line, expected) in enumerate(pairs, 1):
        if line != expected:
            reason = "expected the end of the text" if expected is None else f"expected {expected[:_MAX_SHOWN]!r}"
            raise parse_error(number, line or "", reason)


def _decoded(line: str) -> tuple[str, int]:
    try:
        text, stop = _decoder.raw_decode(line, 1)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(text, str):
        raise ValueError("expected a JSON string")
    return text, stop
