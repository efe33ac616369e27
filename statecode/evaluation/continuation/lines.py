"""Count the right lines of a continuation, and generate continuations by simple line predictors as baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from statecode.views.line_kinds import LineClassifier, LineKind

LinePredictor = Callable[[Sequence[str]], str]
"""A function that predicts the next line from all previous lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """The number of lines and the number of right lines, by kind. For averages, add counts first and divide once."""

    total: Counter[LineKind] = field(default_factory=Counter)
    right: Counter[LineKind] = field(default_factory=Counter)

    def __add__(self, other: LineCounts) -> LineCounts:
        return LineCounts(total=self.total + other.total, right=self.right + other.right)

    def share(self, *kinds: LineKind) -> float | None:
        """Return the share of right lines among the lines of `kinds`, by default of all kinds.

        None is returned if there are no such lines.
        """
        chosen = kinds or tuple(LineKind)
        lines = sum(self.total[kind] for kind in chosen)
        return sum(self.right[kind] for kind in chosen) / lines if lines else None

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return JSON-serializable counts: for each kind the number of lines and of right lines."""
        return {kind.value: {"lines": self.total[kind], "right": self.right[kind]} for kind in LineKind}


def count_lines(kinds: Sequence[LineKind], right: Sequence[bool]) -> LineCounts:
    """Count lines and right lines by kind; `kinds` and `right` have one entry per line."""
    return LineCounts(
        total=Counter(kinds), right=Counter(kind for kind, is_right in zip(kinds, right, strict=True) if is_right)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuationScore:
    """Comparison of continuations with the real lines, summed over programs."""

    programs: int = 0
    lines: LineCounts = field(default_factory=LineCounts)  # right: equals the real line at the same index
    extra_lines: int = 0           # lines after the last real one
    lines_until_wrong: int = 0     # right lines before the first wrong one
    events_until_wrong: int = 0    # events that end in those lines
    numbers: int = 0               # source lines that ran according to the real lines; each has a line number
    numbers_right: int = 0         # of these, lines whose number has the same position in the continuation
    flows: int = 0                 # programs with at least one source line that ran
    flows_right: int = 0           # of these, programs whose whole sequence of line numbers is right
    programs_right: int = 0        # programs with every line right and no extra lines

    def __add__(self, other: ContinuationScore) -> ContinuationScore:
        return ContinuationScore(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})

    @property
    def numbers_share(self) -> float | None:
        """Share of right line numbers; None if no source line ran."""
        return self.numbers_right / self.numbers if self.numbers else None

    @property
    def flows_share(self) -> float | None:
        """Share of programs with every line number right, among `flows`; None if no source line ran."""
        return self.flows_right / self.flows if self.flows else None


def score_continuation(
    before: Sequence[str], real: Sequence[str], generated: Sequence[str], line_kinds: LineClassifier
) -> ContinuationScore:
    """Compare a continuation of the lines `before` with the real lines, index by index.

    Args:
        before: the lines of the prompt.
        real: the real lines after the prompt.
        generated: the generated lines after the prompt.
        line_kinds: classifies the lines of the view that rendered the text.
    """
    right = [index < len(generated) and generated[index] == line for index, line in enumerate(real)]
    until_wrong = right.index(False) if False in right else len(right)
    classified = line_kinds(real, before)
    numbers = [number for line in classified for number in line.numbers]
    predicted_numbers = [number for line in line_kinds(generated, before) for number in line.numbers]
    return ContinuationScore(
        programs=1,
        lines=count_lines([line.kind for line in classified], right),
        extra_lines=max(0, len(generated) - len(real)),
        lines_until_wrong=until_wrong,
        events_until_wrong=sum(line.events for line in classified[:until_wrong]),
        numbers=len(numbers),
        numbers_right=sum(predicted == number for predicted, number in zip(predicted_numbers, numbers)),
        flows=int(bool(numbers)),
        flows_right=int(bool(numbers) and predicted_numbers == numbers),
        programs_right=int(all(right) and len(generated) == len(real)),
    )


def copy_last_line(before: Sequence[str]) -> str:
    """Predict that the next line equals the last one; return an empty line if there is no last line."""
    return before[-1] if before else ""


def continue_lines(predict_line: LinePredictor, before: Sequence[str], lines: int) -> list[str]:
    """Generate `lines` lines after `before`, each predicted from `before` and the generated lines."""
    generated: list[str] = []
    for _ in range(lines):
        generated.append(predict_line([*before, *generated]))
    return generated


def count_next_lines(
    predict_line: LinePredictor, before: Sequence[str], real: Sequence[str], line_kinds: LineClassifier
) -> LineCounts:
    """Predict each real line from the real previous lines, and count lines and right predictions by kind of line."""
    lines = [*before, *real]
    right = [predict_line(lines[: len(before) + index]) == line for index, line in enumerate(real)]
    return count_lines([line.kind for line in line_kinds(real, before)], right)
