"""Write and read the names, values and printed text of the view `compact`.

Names and values are written so that the reader can find their ends. Implied lengths are omitted.
"""

from __future__ import annotations

import json
import re
from typing import Any

from statecode.records import Change, EventKind, ExceptionInfo
from statecode.views.one_line import read_member

MeasuredChange = tuple[Change, "int | None"]
"""A change, and the `length_of` its value."""


class InvalidLineError(ValueError):
    """Raised when a line is not valid at its position; the message is the reason."""


_NAME = r"(?:(?:[^\W\d]|\.)[\w.]*(?:\([\w.]*\))?|\"(?:[^\" \\]|\\[^ ])*\")"
_PLAIN_NAME = re.compile(r"(?:[^\W\d]|\.)[\w.]*(?:\([\w.]*\))?\Z")
_MARK = r"(?:->|=>|>|!)"
NEXT_CHANGE = re.compile(f" (?={_NAME}=)")
"""Matches the separator before a change."""
NEXT_MARK = re.compile(f" (?={_MARK})")
"""Matches the separator before the mark of an event on the same line."""
_QUOTED = re.compile(f"({_NAME})=")
_AMBIGUOUS = re.compile(f" (?=~*(?:{_NAME}=|{_MARK}))")
_ESCAPED = re.compile(f" ~(?=~*(?:{_NAME}=|{_MARK}))")


_ADDRESS = " object at 0x…>"
_AT = re.compile("@(?=~*>)")
_ESCAPED_AT = re.compile("@~(?=~*>)")


def shortened(value: str) -> str:
    """Return the value with `@>` in place of ` object at 0x…>`, and `@~>` in place of `@>`."""
    if "@" in value:
        value = _AT.sub("@~", value)
    return value.replace(_ADDRESS, "@>")


def lengthened(text: str) -> str:
    """Return the value that `shortened` wrote as `text`."""
    return _ESCAPED_AT.sub("@", text.replace("@>", _ADDRESS)) if "@" in text else text


def escaped(value: str) -> str:
    """Return the value with `~` after each space that the reader would read as the end of the value.

    Such a space precedes a mark, or a name and "=". There may be further `~` between the space and these.
    """
    if " " not in value or "=" not in value and ">" not in value and "!" not in value:
        return value
    return _AMBIGUOUS.sub(" ~", value)


def unescaped(text: str) -> str:
    """Return the value that `escaped` wrote as `text`."""
    return _ESCAPED.sub(" ", text) if " ~" in text else text


def indented(value: str) -> str:
    """Return the value with a space after each newline, which marks a line that continues the line before it."""
    return value.replace("\n", "\n ")


def dedented(text: str) -> str:
    """Return the value that `indented` wrote as `text`."""
    return text.replace("\n ", "\n")


_BETWEEN_DIGITS = re.compile("(?<=[0-9])( *)(?=[0-9])")
_SPACE_BETWEEN_DIGITS = re.compile("(?<=[0-9]) ( *)(?=[0-9])")


def digit_separated(text: str) -> str:
    """Return the text with one space added between adjacent digits, and between digits with only spaces in between."""
    return _BETWEEN_DIGITS.sub(r" \1", text)


def digits_joined(text: str) -> str:
    """Return the text that `digit_separated` wrote as `text`."""
    return _SPACE_BETWEEN_DIGITS.sub(r"\1", text)


def identity(text: str) -> str:
    """Return the text unchanged; used in place of `digit_separated` and `digits_joined`."""
    return text


def write_name(name: str) -> str:
    """Return a name as the view writes it.

    A name such as x, x.shape, .0 or len(x) is unchanged. Any other name is written as a JSON string without spaces.
    """
    return name if _PLAIN_NAME.match(name) else json.dumps(name).replace(" ", "\\u0020")


def split_quoted_name(text: str) -> tuple[str, str, str]:
    """Return the name, "=" and the value of a change whose name is a JSON string, in the format of `str.partition`."""
    found = _QUOTED.match(text)
    if found is None:
        raise InvalidLineError("expected a name as a JSON string")
    return found[1], "=", text[found.end():]


def read_name(text: str) -> str:
    """Return the name that `write_name` wrote as `text`."""
    return str(json.loads(text)) if text.startswith('"') else text


def marked_lines(text: str, whole: str, unfinished: str) -> str:
    """Return the text in the form in which it is appended to the view: for each line a newline, a mark and the line.

    Args:
        whole: the mark of a line that ends with a newline.
        unfinished: the mark of a last line without a newline.
    """
    *lines, rest = text.split("\n")
    return "".join(f"\n{whole}{line}" for line in lines) + (f"\n{unfinished}{rest}" if rest else "")


def fields_line(deviations: dict[str, Any]) -> str:
    """Return the line that starts with `@` and contains the deviations; a thread alone has the short form `@1`."""
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
    """Check fields that were read as JSON, and return them; the kind and the exception are converted to their types.

    Args:
        known: the permitted fields and the types of their values.

    Raises:
        InvalidLineError: a field is unknown, or its value has a wrong type.
        ValueError: there is no such kind of event.
    """
    fields: dict[str, Any] = dict(found)
    for name, value in fields.items():
        if type(value) not in known.get(name, ()):
            raise InvalidLineError(f"unknown field or wrong type: {name}")
    if "kind" in fields:
        fields["kind"] = read_member(EventKind, fields["kind"])
    if fields.get("exception"):
        kind, message, line = fields["exception"]
        if not (type(kind) is type(message) is str and type(line) in (int, type(None))):
            raise InvalidLineError("expected the type, message and line of an exception")
        fields["exception"] = ExceptionInfo(kind, message, line)
    return fields


def read_marked_line(line: str) -> str:
    """Return the text of a line that `marked_lines` wrote.

    Raises:
        InvalidLineError: the line has none of the marks.
    """
    if line[:1] in ("|", "<"):
        return line[1:] + "\n"
    if line[:1] in (":", ","):
        return line[1:]
    raise InvalidLineError("expected printed text or a line of stdin")


def write_detail(detail: str) -> str:
    """Return the detail of an exception as the view writes it; there are details that `read_detail` cannot restore."""
    return indented(detail.removeprefix("!!! ")).replace("\n !!! When ", "\n When ")


def read_detail(text: str) -> str:
    """Return the detail that `write_detail` wrote as `text`."""
    return "!!! " + dedented(text.replace("\n When ", "\n !!! When "))


_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_INNERMOST = re.compile(r"[\[({][^\[\](){}]*[\])}]")
_MAX_CHARACTERS, _MAX_DEPTH = 2_000, 20  # limits that keep the time linear; shortened values stay below them
_NOT_FLAT = re.compile(r"[\[({'\"]")


def length_of(value: str) -> int | None:
    """Return the len() that snoop reports after a value, as the text of the value implies.

    0 means that snoop reports no len(). None means that the text does not show the len().
    """
    if len(value) > _MAX_CHARACTERS:
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
        for _ in range(_MAX_DEPTH):
            inner, more = _INNERMOST.subn("'", inner)
            if not more or not ("(" in inner or "[" in inner or "{" in inner):
                break
    commas = inner.count(",")
    if not commas:
        return 1 if inner and first != "(" else 0  # no tuple: "(1+2j)" is a complex number
    return commas + (not inner.endswith(","))


UNRELIABLE = -1
"""Recorded as the length of a variable whose value looks like a list but has no reported len()."""


def implied_length(lengths: dict[str, int], name: str, value: str, length: int | None) -> Change | None:
    """Return the change len(x) that is predicted after a change of `name`, or None.

    Args:
        lengths: x → the last reported len(x); updated by this function.
        length: the result of `length_of(value)`.
    """
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
    """Update `lengths` for changes that are written exactly because the prediction of a len(x) was wrong.

    The len(x) of these variables is not predicted again until a change of this len(x) is written.
    """
    for name, value in changes:
        length = length_of(value)
        implied_length(lengths, name, value, length)
        if length:
            lengths[name] = UNRELIABLE


def with_implied_lengths(lengths: dict[str, int], written: tuple[MeasuredChange, ...]) -> tuple[Change, ...]:
    """Return all changes: the written ones, and the changes of len(x) that the text omits.

    Args:
        lengths: `CompactFrame.lengths` of the frame; updated by this function.
    """
    changes: list[Change] = []
    implied = None
    for change, length in written:
        if implied is not None and implied.name != change.name:
            changes.append(implied)
        changes.append(change)
        name, value = change
        implied = implied_length(lengths, name, value, length) if length != 0 or lengths or name[:4] == "len(" else None
    if implied is not None:
        changes.append(implied)
    return tuple(changes)
