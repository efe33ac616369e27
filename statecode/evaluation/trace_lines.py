"""Lines of snoop's text: what kind each is, how many of a continuation are right, and naive ways to guess the next.

    >>> Call to f in File "program.py", line 9      flow
     ...... x = 3                                   change
        9 | def f(x, y):                            source (new the first time it is seen, then seen)
    <<< Return value from f: 8                      flow
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

NextLine = Callable[[Sequence[str]], str]
"""Guesses the line that follows the given ones."""

_SOURCE = re.compile(r"^(?P<margin> +)(?P<number>\d+) \|(?: (?P<code>.*))?$")
_CHANGE = re.compile(r"^ *\.{6,} \S")
_FLOW = re.compile(r"^ *(?:>>> |<<< |!!! |\?\?\? |Result: |\w+ comprehension:|Generator expression:)")
_ENDS_EVENT = re.compile(r"^ *(?:<<< |\?\?\? |Result: |!!! (?!When ))")


class LineKind(str, Enum):
    """What a line tells; a program that was not seen before can be known only by its seen lines."""

    CHANGE = "change"            # a variable is new or changed: the states proper
    SOURCE_SEEN = "source_seen"  # the line that runs next, its source shown before: control flow
    SOURCE_NEW = "source_new"    # the line that runs next, shown for the first time: no reader can know its text
    FLOW = "flow"                # calls, returns, yields, exceptions, comprehensions
    OTHER = "other"              # further lines of a value


def line_number(line: str) -> int | None:
    """The number of the source line that `line` shows, None where it shows none."""
    match = _SOURCE.match(line)
    return int(match["number"]) if match else None


def ends_event(line: str) -> bool:
    """Whether `line` is the one that each event has exactly once, changes and headings aside."""
    return bool(_SOURCE.match(line) or _ENDS_EVENT.match(line))


def kinds_of(lines: Sequence[str], before: Iterable[str] = ()) -> list[LineKind]:
    """The kind of every line; `before` are the lines shown ahead of them."""
    seen = {line.strip() for line in before if _SOURCE.match(line)}
    kinds = []
    for line in lines:
        if _SOURCE.match(line):
            kinds.append(LineKind.SOURCE_SEEN if line.strip() in seen else LineKind.SOURCE_NEW)
            seen.add(line.strip())
        elif _CHANGE.match(line):
            kinds.append(LineKind.CHANGE)
        else:
            kinds.append(LineKind.FLOW if _FLOW.match(line) else LineKind.OTHER)
    return kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """How many lines there were and how many of them were right, by kind. Add first, divide once."""

    total: Counter[LineKind] = field(default_factory=Counter)
    right: Counter[LineKind] = field(default_factory=Counter)

    def __add__(self, other: LineCounts) -> LineCounts:
        return LineCounts(total=self.total + other.total, right=self.right + other.right)

    def share(self, *kinds: LineKind) -> float | None:
        """Right lines per line, of these kinds (none named: of all); None where there are none."""
        chosen = kinds or tuple(LineKind)
        lines = sum(self.total[kind] for kind in chosen)
        return sum(self.right[kind] for kind in chosen) / lines if lines else None

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Counts as JSON can hold them: kind → lines and right lines."""
        return {kind.value: {"lines": self.total[kind], "right": self.right[kind]} for kind in LineKind}


def count_lines(kinds: Sequence[LineKind], right: Sequence[bool]) -> LineCounts:
    """Count what was right among lines of known kinds."""
    return LineCounts(
        total=Counter(kinds), right=Counter(kind for kind, is_right in zip(kinds, right, strict=True) if is_right)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuationScore:
    """Continuations against what really happened, summed over programs."""

    programs: int = 0
    lines: LineCounts = field(default_factory=LineCounts)  # right: the same text at the same place
    extra_lines: int = 0           # written after the real trace had ended
    lines_until_wrong: int = 0     # right lines before the first wrong one
    events_until_wrong: int = 0    # whole events among them
    numbers: int = 0               # source lines that really ran
    numbers_right: int = 0         # the i-th line number written is the i-th that ran
    flows_right: int = 0           # programs whose whole sequence of line numbers is right
    programs_right: int = 0        # programs with every line right and none too many

    def __add__(self, other: ContinuationScore) -> ContinuationScore:
        return ContinuationScore(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})


def score_continuation(before: Sequence[str], real: Sequence[str], written: Sequence[str]) -> ContinuationScore:
    """Compare the lines written after `before` with the real ones, place by place."""
    right = [index < len(written) and written[index] == line for index, line in enumerate(real)]
    until_wrong = right.index(False) if False in right else len(right)
    numbers = [number for line in real if (number := line_number(line)) is not None]
    guesses = [number for line in written if (number := line_number(line)) is not None]
    return ContinuationScore(
        programs=1,
        lines=count_lines(kinds_of(real, before), right),
        extra_lines=max(0, len(written) - len(real)),
        lines_until_wrong=until_wrong,
        events_until_wrong=sum(map(ends_event, real[:until_wrong])),
        numbers=len(numbers),
        numbers_right=sum(guess == number for guess, number in zip(guesses, numbers)),
        flows_right=int(guesses == numbers),
        programs_right=int(all(right) and len(written) == len(real)),
    )


def copy_last_line(before: Sequence[str]) -> str:
    """Guess that the last line comes again."""
    return before[-1] if before else ""


def next_source_line(code: str) -> NextLine:
    """Make a guesser that reads the program itself: after source line n comes line n + 1, blank lines skipped."""
    source = code.splitlines()

    def guess(before: Sequence[str]) -> str:
        shown = next((match for line in reversed(before) if (match := _SOURCE.match(line))), None)
        following = range(int(shown["number"]) + 1, len(source) + 1) if shown else range(0)
        number = next((number for number in following if source[number - 1].strip()), None)
        if shown is None or number is None:
            return ""
        width = len(shown["margin"]) + len(shown["number"])
        return f"{number:>{width}} | {source[number - 1]}"

    return guess


def continue_by(guess: NextLine, before: Sequence[str], lines: int) -> list[str]:
    """Let a guesser write `lines` lines, each after its own earlier ones."""
    written: list[str] = []
    for _ in range(lines):
        written.append(guess([*before, *written]))
    return written


def count_next_lines(guess: NextLine, before: Sequence[str], real: Sequence[str]) -> LineCounts:
    """Let a guesser write each real line after the real ones ahead of it."""
    shown = [*before, *real]
    right = [guess(shown[: len(before) + index]) == line for index, line in enumerate(real)]
    return count_lines(kinds_of(real, before), right)
