"""Highlight Python source with the module `tokenize`; the text after its first error stays plain."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator
from itertools import groupby

from statecode.source_tree import tokens_of

PLAIN, KEYWORD, STRING, NUMBER, COMMENT, NAME = range(6)
"""The kinds of segments on the page; NAME is the name of a function or class in its definition."""

_STRINGS = [number for name, number in vars(tokenize).items() if name == "STRING" or name.startswith("FSTRING")]
_KINDS = {tokenize.NUMBER: NUMBER, tokenize.COMMENT: COMMENT, **dict.fromkeys(_STRINGS, STRING)}


def highlighted(code: str) -> list[list[int | str]]:
    """Return each line of the source, without its line end, as [kind, text, kind, text, ...]."""
    lines = [line.rstrip("\r\n") for line in io.StringIO(code, newline=None)]
    kinds = [bytearray(len(line)) for line in lines]
    for kind, (row, column), (last_row, last_column) in _highlighted_ranges(lines):
        for number in range(row, min(last_row, len(lines)) + 1):
            first = column if number == row else 0
            end = last_column if number == last_row else len(lines[number - 1])
            width = len(kinds[number - 1][first:end])
            kinds[number - 1][first:first + width] = bytes([kind]) * width
    return [_line_segments(line, line_kinds) for line, line_kinds in zip(lines, kinds)]


def _highlighted_ranges(lines: list[str]) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:
    """Yield (kind, start, end) for each stretch of text that is not plain, up to the first error of the tokenizer.

    Start and end are (row, column); rows are counted from 1, columns from 0.
    """
    previous = ""
    for token in tokens_of("".join(f"{line}\n" for line in lines)):
        if token.type in _KINDS:
            yield _KINDS[token.type], token.start, token.end
        elif token.type == tokenize.NAME and keyword.iskeyword(token.string):
            yield KEYWORD, token.start, token.end
        elif token.type == tokenize.NAME and previous in ("def", "class"):
            yield NAME, token.start, token.end
        previous = token.string


def _line_segments(line: str, line_kinds: bytearray) -> list[int | str]:
    segments: list[int | str] = []
    start = 0
    for kind, group in groupby(line_kinds):
        end = start + sum(1 for _ in group)
        segments += [kind, line[start:end]]
        start = end
    return segments
