"""Format arrays of ints, bools and float64 as numpy does with its default print options, several times faster.

The text is that of `numpy.array_repr` with the settings of `cheap_repr.repr_ndarray`. Arrays of other dtypes, and
floats that are not finite, are left to numpy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

from statecode.tracing.own_builtins import OWN_BUILTINS

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

DEFAULT_OPTIONS = {
    "precision": 8, "floatmode": "maxprec", "suppress": False, "linewidth": 75, "sign": "-", "legacy": sys.maxsize,
}
"""The print options of numpy that the functions of this module assume."""

PARTS = 6           # `maxparts` of cheap_repr for arrays: an array with more items is summarised
MAX_DIMENSIONS = 6  # an array with more dimensions shows no items
_LINE_WIDTH = 75
_PREFIX = "array("
_PRECISION = 8      # digits after the decimal point


def format_array(array: Any) -> str | None:
    """Return the text of an array; None if the array must be formatted by numpy."""
    dtype, shape = array.dtype, array.shape
    if dtype.char not in "?bBhHiIlLqQd" or not dtype.isnative or not 0 < len(shape) <= MAX_DIMENSIONS or not array.size:
        return None
    is_summary = array.size > PARTS
    edge = 1 if len(shape) > 3 else 2 if len(shape) == 3 else PARTS // 2
    cuts = [edge if is_summary and length > 2 * edge else 0 for length in shape]
    words = _words(dtype.kind, _shown_items(array, cuts))
    if words is None:
        return None
    text = _PREFIX + _layout(iter(words), shape, cuts, 0)
    extras = [f"shape={shape}"] if is_summary else []
    if dtype.char not in "?ld":
        extras.append(f"dtype={dtype.name}")
    if not extras:
        return text + ")"
    ending = ", ".join(extras) + ")"
    last_line = len(text) + 1 - (text.rfind("\n") + 1)
    return text + "," + ("\n" + " " * len(_PREFIX) if last_line + len(ending) + 1 > _LINE_WIDTH else " ") + ending


def _shown_items(array: Any, cuts: list[int]) -> list[Any]:
    cut = cuts[0]
    if len(cuts) == 1:
        items: list[Any] = array[:cut].tolist() + array[-cut:].tolist() if cut else array.tolist()
        return items
    rows = [*array[:cut], *array[-cut:]] if cut else array
    return [item for row in rows for item in _shown_items(row, cuts[1:])]


def _words(kind: str, items: list[Any]) -> list[str] | None:
    """Return the texts of the items, all of the same width; None if numpy must format them."""
    if kind == "b":
        return [" True" if item else "False" for item in items]
    if kind != "f":
        words = list(map(str, items))
        width = max(map(len, words))
        return [word.rjust(width) for word in words]
    sizes = [abs(item) for item in items if item]
    largest, smallest = max(sizes, default=1.0), min(sizes, default=1.0)
    if not sum(sizes) < 1e300 or smallest < 1e-300:  # infinite, not a number, or with few digits
        return None
    if largest >= 1e8 or smallest < 1e-4 or largest / smallest > 1000.0:
        return _scientific(items)
    return _positional(items, largest)


def _positional(items: list[float], largest: float) -> list[str]:
    """Return the digits of numbers, at most `_PRECISION` after the point, padded with spaces.

    numpy writes the shortest digits that identify a number. If these are at most `_PRECISION`, they equal the rounded
    ones without the zeros at the end, as long as numbers have a distance of less than 10 ** -_PRECISION.
    """
    if largest < 2.0 ** 26:
        rounded = (f"%.{_PRECISION}f " * len(items) % tuple(items)).split()
    else:
        rounded = [_shortest_or_rounded(item) for item in items]
    digits = [text.rstrip("0") for text in rounded]
    before, after = (max(len(text) for text in rounded) - _PRECISION - 1,
                     max(len(text) - len(whole) for text, whole in zip(digits, rounded)) + _PRECISION)
    return [text.ljust(len(whole) - _PRECISION + after).rjust(before + 1 + after)
            for text, whole in zip(digits, rounded)]


def _shortest_or_rounded(item: float) -> str:
    text = repr(item)
    missing = _PRECISION - (len(text) - text.index(".") - 1)
    return text + "0" * missing if missing >= 0 else f"{item:.{_PRECISION}f}"


def _scientific(items: list[float]) -> list[str]:
    """Return the digits of numbers with exponents; all have as many digits after the point as the longest."""
    parts = []
    for item in items:
        mantissa, _, exponent = _shortest_or_rounded_scientific(item).partition("e")
        whole, _, fraction = mantissa.partition(".")
        parts.append((whole, fraction.rstrip("0"), exponent))
    before, after, width = (max(len(part[side]) for part in parts) for side in range(3))
    return [f"{whole.rjust(before)}.{fraction.ljust(after, '0')}e{exponent[0]}{exponent[1:].rjust(width - 1, '0')}"
            for whole, fraction, exponent in parts]


def _shortest_or_rounded_scientific(item: float) -> str:
    for precision in range(_PRECISION):
        text = f"{item:.{precision}e}"
        if float(text) == item:
            return text
    return f"{item:.{_PRECISION}e}"


def _layout(words: Iterator[str], shape: tuple[int, ...], cuts: list[int], axis: int) -> str:
    """Return the text of one axis and all axes after it.

    Args:
        cuts: for each axis the number of items at each end, or 0 if all items are shown.
    """
    indent, cut = " " * (len(_PREFIX) + 1 + axis), cuts[axis]
    length = 2 * cut or shape[axis]
    if axis < len(shape) - 1:
        rows = [_layout(words, shape, cuts, axis + 1) for _ in range(length)]
        if cut:
            rows.insert(cut, "...")
        return "[" + ("," + "\n" * (len(shape) - 1 - axis) + indent).join(rows) + "]"
    row = list(islice(words, length))
    if cut:
        row.insert(cut, "...")
    text, width = ", ".join(row), _LINE_WIDTH - 2 - axis
    return "[" + (text if len(indent) + len(text) <= width else _wrap(row, indent, width)) + "]"


def _wrap(row: list[str], indent: str, width: int) -> str:
    """Return the lines of a row, without the indent of the first one."""
    text, line = "", indent
    for number, word in enumerate(row):
        if len(line) + len(word) > width and len(line) > len(indent):
            text += line.rstrip() + "\n"
            line = indent
        line += word if number == len(row) - 1 else word + ", "
    return (text + line)[len(indent):]
