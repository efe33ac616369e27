"""Count how many lines of a continuation are right, and continue texts by naive guesses of the next line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from statecode.views.line_kinds import LineClassifier, LineKind

NextLine = Callable[[Sequence[str]], str]
"""Guesses the line that follows the given ones."""


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
    flows: int = 0                 # programs of which any source line ran
    flows_right: int = 0           # programs among them whose whole sequence of line numbers is right
    programs_right: int = 0        # programs with every line right and none too many

    def __add__(self, other: ContinuationScore) -> ContinuationScore:
        return ContinuationScore(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})

    @property
    def numbers_share(self) -> float | None:
        """Right line numbers per line number; None where no source line ran."""
        return self.numbers_right / self.numbers if self.numbers else None

    @property
    def flows_share(self) -> float | None:
        """Programs with every line number right, per program with any; None where no source line ran."""
        return self.flows_right / self.flows if self.flows else None


def score_continuation(
    before: Sequence[str], real: Sequence[str], written: Sequence[str], line_kinds: LineClassifier
) -> ContinuationScore:
    """Compare the lines written after `before` with the real ones, place by place."""
    right = [index < len(written) and written[index] == line for index, line in enumerate(real)]
    until_wrong = right.index(False) if False in right else len(right)
    classified = line_kinds(real, before)
    numbers = [number for line in classified for number in line.numbers]
    guesses = [number for line in line_kinds(written, before) for number in line.numbers]
    return ContinuationScore(
        programs=1,
        lines=count_lines([line.kind for line in classified], right),
        extra_lines=max(0, len(written) - len(real)),
        lines_until_wrong=until_wrong,
        events_until_wrong=sum(line.events for line in classified[:until_wrong]),
        numbers=len(numbers),
        numbers_right=sum(guess == number for guess, number in zip(guesses, numbers)),
        flows=int(bool(numbers)),
        flows_right=int(bool(numbers) and guesses == numbers),
        programs_right=int(all(right) and len(written) == len(real)),
    )


def copy_last_line(before: Sequence[str]) -> str:
    """Guess that the last line comes again."""
    return before[-1] if before else ""


def continue_by(guess: NextLine, before: Sequence[str], lines: int) -> list[str]:
    """Let a guesser write `lines` lines, each after its own earlier ones."""
    written: list[str] = []
    for _ in range(lines):
        written.append(guess([*before, *written]))
    return written


def count_next_lines(
    guess: NextLine, before: Sequence[str], real: Sequence[str], line_kinds: LineClassifier
) -> LineCounts:
    """Let a guesser write each real line after the real ones ahead of it."""
    shown = [*before, *real]
    right = [guess(shown[: len(before) + index]) == line for index, line in enumerate(real)]
    return count_lines([line.kind for line in line_kinds(real, before)], right)
