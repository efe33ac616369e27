"""Write and read stderr in the view `compact`; what a traceback repeats from the source is omitted.

    #               Traceback (most recent call last):
    #8 <module>       File "program.py", line 8, in <module>, and the text of line 8
    |KeyError: 3    any other line
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from statecode.views.compact.values import marked_lines, read_marked_line

_HEADER = "Traceback (most recent call last):"
_HEADER_LINE = re.compile(rf"\n\|{re.escape(_HEADER)}(?=\n)")
_FRAME = re.compile(r'\n\|  File "program\.py", line ([1-9][0-9]{0,8}), in ([^\n]+)\n\|    ([^\n]+)(?=\n)')


def error_lines(stderr: str, code: str) -> str:
    """Return the lines of stderr, each after a newline.

    Args:
        stderr: the text as the view shows it: its digits may be separated.
    """
    text = marked_lines(stderr, "|", ":")
    if _HEADER not in text:
        return text
    source = code.splitlines()

    def frame(found: re.Match[str]) -> str:
        line = int(found[1])
        is_source = line <= len(source) and source[line - 1].strip() == found[3]
        return f"\n#{line} {found[2]}" if is_source else found[0]

    return _HEADER_LINE.sub("\n#", _FRAME.sub(frame, f"{text}\n")).removesuffix("\n")


def read_error_lines(lines: Iterable[str], code: str) -> str:
    """Return the text that `error_lines` wrote as `lines`.

    Raises:
        InvalidLineError: a line has none of the marks.
        ValueError, IndexError: a frame has no number, or that of no line.
    """
    source, texts = code.splitlines(), []
    for line in lines:
        if line == "#":
            texts.append(f"{_HEADER}\n")
        elif line.startswith("#"):
            number, _, function = line[1:].partition(" ")
            texts.append(f'  File "program.py", line {number}, in {function}\n    {source[int(number) - 1].strip()}\n')
        else:
            texts.append(read_marked_line(line))
    return "".join(texts)
