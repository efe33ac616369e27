"""Write and read the source in the head of the view `compact`.

Each line has its number, as Python counts lines. Up to 9 empty lines before a line are omitted: the number of this line
shows how many there are.

The indentation is written in levels, one space each, because GPT-2 spends a token on every space. A level has 4 spaces.
If the least indented line has another number of spaces, up to 8, a line `indent 2` after the source contains this
number. Spaces that are not a whole level follow a `~`, which is also written before a line that starts with `~`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from statecode.views.compact.values import InvalidLineError

_LINE = re.compile("( *)([^\r\n]*(?:\r\n|\r|\n))")
_NUMBERED = re.compile("([1-9][0-9]{0,8})(?: ( *)~?(.*))?")
_USUAL, _MOST = 4, 8  # spaces of a level
_LEVEL = re.compile(f"indent ([1-{_MOST}])")
_MOST_EMPTY = 9  # empty lines that the next number stands for; the limit protects the reader
_NO_NEWLINE = "\\"


@lru_cache(maxsize=16)  # the runs of one program are adjacent in a corpus
def number_lines(code: str) -> str:
    """Return a source with line numbers and with indentation in levels, and the lines that follow it in a head."""
    if not code:
        return f"{_NO_NEWLINE}\n"
    has_newline = code.endswith("\n")
    lines = _LINE.findall(code if has_newline else f"{code}\n")
    level = min({len(spaces) for spaces, text in lines if spaces and not text.isspace()}, default=_USUAL)
    level = level if level <= _MOST else _USUAL
    in_levels = _InLevels(level)
    numbered, empty = [], 0  # number of empty lines that were omitted since the last line that was written
    for number, (spaces, text) in enumerate(lines, 1):
        if text == "\n" and not spaces and empty < _MOST_EMPTY and number < len(lines):
            empty += 1
            continue
        empty = 0
        if text[0] == "~" and not len(spaces) % level:
            text = f"~{text}"
        separator = " " if spaces or text[0] not in "\r\n" else ""
        numbered.append(f"{number}{separator}{in_levels[spaces]}{text}")
    if level != _USUAL:
        numbered.append(f"indent {level}\n")
    if not has_newline:
        numbered.append(f"{_NO_NEWLINE}\n")
    return "".join(numbered)


class _InLevels(dict[str, str]):
    """A cache: spaces → one space for each level, then the other spaces after a `~`."""

    def __init__(self, level: int) -> None:
        super().__init__({"": ""})
        self._level = level

    def __missing__(self, indentation: str) -> str:
        levels, spaces = divmod(len(indentation), self._level)
        text = self[indentation] = " " * levels + (f"~{' ' * spaces}" if spaces else "")
        return text


def read_lines(lines: Iterable[str], level: int) -> str:
    """Return the source of numbered lines, without the newline of the last line.

    Args:
        level: spaces of a level.

    Raises:
        InvalidLineError: a line does not start with its number.
    """
    source: list[str] = []
    number = 0  # of the last line
    for line in lines:
        rest = line.removesuffix("\r")
        texts: list[str] = []
        for part in rest.split("\r"):
            found = _NUMBERED.fullmatch(part)
            empty = int(found[1]) - number - 1 if found else -1
            if found is None or not 0 <= empty <= (0 if texts else _MOST_EMPTY):
                raise InvalidLineError(f"expected line {number + 1} of the source")
            source += [""] * empty
            number += empty + 1
            texts.append(" " * (level * len(found[2])) + found[3] if found[2] is not None else "")
        source.append("\r".join(texts) + line[len(rest):])
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
