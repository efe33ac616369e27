"""Write and read the source in the head of the view `compact`.

Each line has its number, as Python counts lines. Its indentation is written in levels, one space each, because most
tokenizers spend a token on every space. A level has 4 spaces. If the least indented line has another number of spaces,
up to 8, a line `indent 2` after the source contains this number. Spaces that are not a whole level follow a `~`, which
is also written before a line that starts with `~`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from statecode.views.compact.values import InvalidLineError

_LINES = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_INDENTATION = re.compile(r"(?:^|(?<=\r))( +)(?=[^ \r\n])", re.MULTILINE)
_USUAL, _MOST = 4, 8  # spaces of a level
_LEVEL = re.compile(f"indent ([1-{_MOST}])")
_NO_NEWLINE = "\\"


def number_lines(code: str) -> str:
    """Return a source with line numbers and with indentation in levels, and the lines that follow it in a head."""
    level = min(map(len, _INDENTATION.findall(code)), default=_USUAL)
    level = level if level <= _MOST else _USUAL
    lines = enumerate(_LINES.findall(code), 1)
    text = "".join(
        f"{number}{line}" if line[0] in "\r\n" else f"{number} {_in_levels(line, level)}" for number, line in lines
    )
    if code and not code.endswith("\n"):
        text += "\n"
    if level != _USUAL:
        text += f"indent {level}\n"
    return text if code.endswith("\n") else f"{text}{_NO_NEWLINE}\n"


def read_lines(lines: Iterable[str], level: int) -> str:
    """Return the source of numbered lines, without the newline of the last line.

    Args:
        level: spaces of a level.

    Raises:
        InvalidLineError: a line does not start with its number.
    """
    source: list[str] = []
    number = 1
    for line in lines:
        parts = line.split("\r")
        end = "\r" if len(parts) > 1 and not parts[-1] else ""
        parts = parts[:-1] if end else parts
        source.append("\r".join(_unnumbered(number + k, part, level) for k, part in enumerate(parts)) + end)
        number += len(parts)
    return "\n".join(source)


def source_end(lines: Sequence[str]) -> tuple[int, int, int, bool]:
    """Return how the lines of the source end in the lines of a head.

    Returns:
        The number of lines of the source, the index of the first line of stdin, the spaces of a level, and True if
        the source ends with a newline.
    """
    count = next((k for k, line in enumerate(lines) if line[:1] in ("i", "\\", "<", ",")), len(lines))
    found = _LEVEL.fullmatch(lines[count]) if count < len(lines) else None
    rest = count + bool(found)
    has_newline = lines[rest:rest + 1] != [_NO_NEWLINE]
    return count, rest + (not has_newline), int(found[1]) if found else _USUAL, has_newline


def _in_levels(line: str, level: int) -> str:
    text = line.lstrip(" ")
    levels, spaces = divmod(len(line) - len(text), level)
    return " " * levels + ("~" if spaces or text[:1] == "~" else "") + " " * spaces + text


def _unnumbered(number: int, line: str, level: int) -> str:
    """Return a line of the source without its number, with all spaces of its indentation."""
    text = line.removeprefix(str(number))
    if text == line or text and not text.startswith(" "):
        raise InvalidLineError(f"expected line {number} of the source")
    text = text[1:]
    rest = text.lstrip(" ")
    return " " * (level * (len(text) - len(rest))) + rest.removeprefix("~")
