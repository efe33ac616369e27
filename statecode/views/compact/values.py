"""How names, values and printed text stand in the view `compact`: on one line, and never mistaken for what follows."""

from __future__ import annotations

import json
import re
from typing import Any

from statecode.records import Change, EventKind, ExceptionInfo

MeasuredChange = tuple[Change, "int | None"]
"""A change, with what its value tells of its length."""


class InvalidLineError(ValueError):
    """Why a line cannot stand where it stands."""


_NAME = r"(?:(?:[^\W\d]|\.)[\w.]*(?:\([\w.]*\))?|\"(?:[^\" \\]|\\[^ ])*\")"
_PLAIN_NAME = re.compile(r"(?:[^\W\d]|\.)[\w.]*(?:\([\w.]*\))?\Z")
_MARK = r"(?:->|=>|>|!)"
NEXT_CHANGE = re.compile(f" (?={_NAME}=)")
"""What stands between changes."""
NEXT_MARK = re.compile(f" (?={_MARK})")
"""What stands before the mark of an event that is on the same line."""
_QUOTED = re.compile(f"({_NAME})=")
_AMBIGUOUS = re.compile(f" (?=~*(?:{_NAME}=|{_MARK}))")
_ESCAPED = re.compile(f" ~(?=~*(?:{_NAME}=|{_MARK}))")


def escaped(value: str) -> str:
    """Write a value so that it ends where a space is followed by a name and "=", or by a mark."""
    return _AMBIGUOUS.sub(" ~", value) if " " in value else value


def unescaped(text: str) -> str:
    """Read what `guarded` wrote."""
    return _ESCAPED.sub(" ", text) if " ~" in text else text


_SOURCE_LINES = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def indented(value: str) -> str:
    """Write a text of several lines: those after the first begin with a space."""
    return value.replace("\n", "\n ")


def dedented(text: str) -> str:
    """Read what `folded` wrote."""
    return text.replace("\n ", "\n")


_BETWEEN_DIGITS = re.compile("(?<=[0-9])( *)(?=[0-9])")
_SPACE_BETWEEN_DIGITS = re.compile("(?<=[0-9]) ( *)(?=[0-9])")


def digit_separated(text: str) -> str:
    """Put one more space between two digits than there is."""
    return _BETWEEN_DIGITS.sub(r" \1", text)


def digits_joined(text: str) -> str:
    """Read what `spaced` wrote."""
    return _SPACE_BETWEEN_DIGITS.sub(r"\1", text)


def identity(text: str) -> str:
    """Digits as they are."""
    return text


def write_name(name: str) -> str:
    """Write a name; one that no program and no watch of snoop has stands as a JSON string without spaces."""
    return name if _PLAIN_NAME.match(name) else json.dumps(name).replace(" ", "\\u0020")


def split_quoted_name(text: str) -> tuple[str, str, str]:
    """Divide a change whose name is a JSON string."""
    found = _QUOTED.match(text)
    if found is None:
        raise InvalidLineError("no name")
    return found[1], "=", text[found.end():]


def read_name(text: str) -> str:
    """Read what `written_name` wrote."""
    return str(json.loads(text)) if text.startswith('"') else text


def marked_lines(text: str, whole: str, unfinished: str) -> str:
    """Write lines after the current one, each behind a mark: `whole`, or `unfinished` where no newline ends it."""
    *lines, rest = text.split("\n")
    return "".join(f"\n{whole}{line}" for line in lines) + (f"\n{unfinished}{rest}" if rest else "")


def fields_line(deviations: dict[str, Any]) -> str:
    """Write a line of fields; the usual one, a thread that goes on, has a short form."""
    if list(deviations) == ["thread"] and deviations["thread"] >= 0:
        return f"\n@{deviations['thread']}"
    return "\n@" + json.dumps(deviations, ensure_ascii=False, separators=(",", ":"))


EVENT_FIELDS: dict[str, tuple[type, ...]] = {
    "kind": (str,), "line": (int,), "from_line": (int,), "depth": (int,), "frame": (int,), "thread": (int,),
    "function": (str,), "value": (str, type(None)), "detail": (str, type(None)), "stdout_end": (int,), "exact": (bool,),
}
END_FIELDS: dict[str, tuple[type, ...]] = {
    "open": (bool,), "exception": (list, type(None)), "truncation": (str, type(None)),
}


def read_fields(found: Any, known: dict[str, tuple[type, ...]]) -> dict[str, Any]:
    """Check and read fields that stand as JSON."""
    fields: dict[str, Any] = dict(found)
    for name, value in fields.items():
        if type(value) not in known.get(name, ()):
            raise InvalidLineError(f"no such field or value: {name}")
    if "kind" in fields:
        fields["kind"] = EventKind(fields["kind"])
    if fields.get("exception"):
        kind, message, line = fields["exception"]
        if not (type(kind) is type(message) is str and type(line) in (int, type(None))):
            raise InvalidLineError("no such exception")
        fields["exception"] = ExceptionInfo(kind, message, line)
    return fields


def number_lines(code: str) -> str:
    """Write a source with line numbers, as Python counts lines."""
    lines = enumerate(_SOURCE_LINES.findall(code), 1)
    text = "".join(f"{number}{line}" if line[0] in "\r\n" else f"{number} {line}" for number, line in lines)
    if code.endswith("\n"):
        return text
    return text + "\n\\\n" if code else "\\\n"


def strip_line_number(number: int, line: str) -> str:
    """A line of the source without its number."""
    text = line.removeprefix(str(number))
    if text == line or text and not text.startswith(" "):
        raise InvalidLineError(f"line {number} of the source should stand here")
    return text[1:]


def read_marked_line(line: str) -> str:
    """Read one of the lines that `lines_after` wrote."""
    if line[:1] in ("|", "<"):
        return line[1:] + "\n"
    if line[:1] in (":", ","):
        return line[1:]
    raise InvalidLineError("neither a printed line nor an input")


def write_detail(detail: str) -> str:
    """Write an exception's text and what was being called; `read_detail` tells whether it can be read again."""
    return indented(detail.removeprefix("!!! ")).replace("\n !!! When ", "\n When ")


def read_detail(text: str) -> str:
    """Read what `written_detail` wrote."""
    return "!!! " + dedented(text.replace("\n When ", "\n !!! When "))


_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_INNERMOST = re.compile(r"[\[({][^\[\](){}]*[\])}]")
_LONGEST, _DEEPEST = 2_000, 20  # what values that are shortened never reach; keeps the time in proportion to a text
_NOT_FLAT = re.compile(r"[\[({'\"]")


def length_of(value: str) -> int | None:
    """Tell what len() is reported beside a value: 0 if none is, None where the value does not tell."""
    if len(value) > _LONGEST:
        return None
    first = value[:1]
    if first not in ("[", "(", "{", "'", '"'):
        return None if value[-1:] in (")", "]", "}", ">") else 0
    if "..." in value:
        return None
    if first in "'\"":
        return 0 if len(value) <= 50 else None
    inner = value[1:-1]
    if _NOT_FLAT.search(inner):
        if "'" in inner or '"' in inner:
            inner = _STRINGS.sub("'", inner)
        for _ in range(_DEEPEST):
            inner, more = _INNERMOST.subn("'", inner)
            if not more or not ("(" in inner or "[" in inner or "{" in inner):
                break
    commas = inner.count(",")
    if not commas:
        return 1 if inner and first != "(" else 0  # a complex number has brackets too
    return commas + (not inner.endswith(","))


UNRELIABLE = -1
"""Stands for the length of what looks like a list and has no len()."""


def implied_length(lengths: dict[str, int], name: str, value: str, length: int | None) -> Change | None:
    """Tell which len(x) is reported after `name`, whose value tells `length`; keep `lens`, x → its last len(x)."""
    if name.startswith("len("):
        lengths[name[4:-1]] = int(value) if value.isdecimal() and len(value) < 18 else UNRELIABLE
    elif length == 0:
        if lengths.get(name, 0) > 0:
            del lengths[name]
    elif length is not None and name.isidentifier():
        before = lengths.get(name, 0)
        if before != length and before != UNRELIABLE:
            lengths[name] = length
            return Change(f"len({name})", str(length))
    return None


def stop_predicting_lengths(lengths: dict[str, int], changes: tuple[Change, ...]) -> None:
    """Keep `lens` where changes stand exactly as they are: a prediction failed, and is not made again."""
    for name, value in changes:
        length = length_of(value)
        implied_length(lengths, name, value, length)
        if length:
            lengths[name] = UNRELIABLE


def with_implied_lengths(lengths: dict[str, int], written: tuple[MeasuredChange, ...]) -> tuple[Change, ...]:
    """Add the len(x) that are not written."""
    changes: list[Change] = []
    missing = None
    for change, length in written:
        if missing is not None and missing.name != change.name:
            changes.append(missing)
        changes.append(change)
        name, value = change
        missing = implied_length(lengths, name, value, length) if length != 0 or lengths or name[:4] == "len(" else None
    if missing is not None:
        changes.append(missing)
    return tuple(changes)
