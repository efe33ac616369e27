"""Write any text on one line of a view, and report lines that a view does not write.

A text is escaped if it contains a line separator, starts with `~`, or contains the delimiter that follows it on its
line. An escaped text is written as `~` and a JSON string; any other text is written unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum
from itertools import zip_longest
from typing import TypeVar

from statecode.errors import TraceParseError

Member = TypeVar("Member", bound=Enum)
_SEPARATOR = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOT_ESCAPED_BY_JSON = re.compile("[\x85\u2028\u2029]")
_MAX_SHOWN = 80  # characters of a line in an error message
_decoder = json.JSONDecoder()


def quoted(text: str) -> str:
    """Return the text as a JSON string that contains none of the line separators of `str.splitlines`."""
    return _NOT_ESCAPED_BY_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def on_one_line(text: str, end: str | None = None) -> str:
    """Return the text as it is written on one line: unchanged, or as `~` and a JSON string.

    Args:
        end: the delimiter that the caller writes after the text; None if the text is the rest of its line. The text is
            escaped if a reader would find this delimiter before the end of the text.
    """
    if text[:1] == "~" or _SEPARATOR.search(text) or (end is not None and (text + end).find(end) < len(text)):
        return "~" + quoted(text)
    return text


def read_one_line(line: str, end: str | None = None) -> tuple[str, str]:
    """Read the text that `on_one_line` wrote at the start of `line`, and the delimiter after it.

    Args:
        end: the delimiter after the text; None if the text is the whole line.

    Returns:
        The text, and the rest of the line after `end`.

    Raises:
        ValueError: the JSON string is not valid, `end` is missing, or the line continues although `end` is None.
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
    """Return the value of a JSON text.

    Args:
        pairs: True to return each JSON object as a list of its (name, value) pairs.

    Raises:
        ValueError: the text is not valid JSON, or it is nested too deeply. The message contains nothing of the text.
    """
    try:
        return json.loads(text, object_pairs_hook=list if pairs else None)
    except json.JSONDecodeError:
        raise ValueError("expected valid JSON") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_member(kind: type[Member], value: object) -> Member:
    """Return the member of an enumeration that has this value.

    Raises:
        ValueError: there is none. The message contains nothing of the value.
    """
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"expected a value of {kind.__name__}") from None


def escaped_lines(text: str) -> Iterator[str]:
    """Yield the lines of a text, each without its newline.

    A line that starts with `~` or contains another line separator is yielded as `~` and a JSON string; the string
    includes the newline. A last line without a newline is always yielded as `~` and a JSON string.
    """
    for line in text.split("\n")[:-1]:
        yield "~" + quoted(f"{line}\n") if line[:1] == "~" or _SEPARATOR.search(line) else line
    last = text.rpartition("\n")[2]
    if last:
        yield "~" + quoted(last)


def read_escaped_line(line: str) -> str:
    """Return the text of a line that `escaped_lines` yielded, with the newline if the original line had one.

    Raises:
        ValueError: the line is not valid.
    """
    return read_one_line(line)[0] if line[:1] == "~" else line + "\n"


def parse_error(number: int, line: str, reason: str) -> TraceParseError:
    """Return the error for the line with this number, counted from 1; the message shows at most 80 characters of it."""
    shown = line if len(line) <= _MAX_SHOWN else line[:_MAX_SHOWN] + "..."
    return TraceParseError(f"line {number}: {reason}: {shown!r}", reason)


def check_round_trip(text: str, again: str) -> None:
    """Check that `text` equals `again`, the text rendered from the trace that was parsed from `text`.

    Raises:
        TraceParseError: the texts differ; the message contains the first line that differs.
    """
    if text == again:
        return
    pairs = zip_longest(text.split("\n"), again.split("\n"))
    for number, (line, expected) in enumerate(pairs, 1):
        if line != expected:
            reason = "expected the end of the text" if expected is None else f"expected {expected[:_MAX_SHOWN]!r}"
            error = parse_error(number, line or "", reason)
            error.reason = "the view does not write this line here"
            raise error


def _decoded(line: str) -> tuple[str, int]:
    try:
        text, stop = _decoder.raw_decode(line, 1)
    except json.JSONDecodeError:
        raise ValueError("expected valid JSON") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(text, str):
        raise ValueError("expected a JSON string")
    return text, stop
