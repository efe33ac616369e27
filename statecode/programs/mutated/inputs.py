"""Vary the text of stdin in its own format.

The lines, the number of words of each line and everything between numbers and words remain. Numbers become other
numbers with the same sign and the same number of decimals, and words become words of the same length. Numbers that may
count something that follows remain, and so do words that the program contains, such as the names of commands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from statecode.programs.generated.choices import Choices

_ATTEMPTS = 24               # to vary an input so that it is new
_CHANGED = 0.5               # share of the numbers and words that change
_LARGEST_CHARACTERS = 2**14  # longer inputs are not varied
_TOKEN = re.compile(r"""
    (?<![\w.:/+\-]) (?: (?P<number> [+-]? (?:0|[1-9][0-9]{0,14}) (?:\.[0-9]{1,9})?) | (?P<word> [A-Za-z]{2,}) )
    (?![\w.:/+\-])
""", re.VERBOSE)
_COUNT_DIGITS = 9  # a longer number counts no lines
_LETTERS = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def vary_inputs(inputs: Sequence[str], code: str, count: int, choices: Choices) -> list[str]:
    """Return at most `count` different texts that are no item of `inputs`, each a variation of one of them."""
    varied: list[str] = []
    bases = [text for text in inputs if text and len(text) <= _LARGEST_CHARACTERS]
    for _ in range(count if bases else 0):
        for _ in range(_ATTEMPTS):
            text = vary(choices.pick(bases), code, choices)
            if text not in inputs and text not in varied:
                varied.append(text)
                break
    return varied


def vary(text: str, code: str, choices: Choices) -> str:
    """Return a variation of a text for stdin; the same text if nothing in it can be varied."""
    lines = text.split("\n")
    return "\n".join(_vary_line(line, counts, code, choices) for line, counts in zip(lines, _counts(lines)))


def _vary_line(line: str, counts: set[str], code: str, choices: Choices) -> str:
    def changed(found: re.Match[str]) -> str:
        token = found[0]
        if token in counts or found["word"] and token in code or not choices.chance(_CHANGED):
            return token
        return _other_number(token, choices) if found["number"] else _other_word(token, choices)

    return _TOKEN.sub(changed, line)


def _counts(lines: Sequence[str]) -> list[set[str]]:
    """Return for each line the numbers that may count what follows."""
    counts: list[set[str]] = []
    following, next_line = 0, ""  # lines that are not empty: their number, and the first of them
    for line in reversed(lines):
        counts.append(_counts_of_line(line.split(), following, next_line))
        if line.strip():
            following, next_line = following + 1, line
    return counts[::-1]


def _counts_of_line(words: list[str], following: int, next_line: str) -> set[str]:
    """Return the numbers in a line that may count what follows.

    A number may be the number of the words that follow it in its line, of the words or characters of the next line, or
    of the lines that follow, all or all but one. A number alone on a line may also be smaller than the last.
    """
    if len(words) == 1 and words[0].isdecimal() and len(words[0]) <= _COUNT_DIGITS and int(words[0]) <= following:
        return {words[0]}
    sizes = {following, following - 1, len(words) - 1, len(next_line.split()), len(next_line.strip())}
    return {str(size) for size in sizes if size > 0}


def _other_number(token: str, choices: Choices) -> str:
    """Return a number that differs by at most half of the number, or by 3, and has the same sign."""
    sign = token[0] if token[0] in "+-" else ""
    whole, point, decimals = token[len(sign):].partition(".")
    value = int(whole + decimals)
    reach = max(3, value // 2)
    return sign + _with_point(choices.between(max(value > 0, value - reach), value + reach), len(decimals), point)


def _with_point(value: int, decimals: int, point: str) -> str:
    digits = str(value).rjust(decimals + 1, "0")
    return digits[:len(digits) - decimals] + point + digits[len(digits) - decimals:]


def _other_word(token: str, choices: Choices) -> str:
    """Return a word in which one letter is another one of the same case."""
    place = choices.between(0, len(token) - 1)
    letters = _LETTERS[token[place].isupper()]
    return token[:place] + choices.pick(letters) + token[place + 1:]
