"""Test the scores of known continuations, line by line, and the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.evaluation.continuation import lines as line_scores  # noqa: E402
from statecode.evaluation.continuation.lines import (  # noqa: E402
    LineCounts,
    LinePredictor,
    continue_lines,
    copy_last_line,
)
from statecode.views import compact  # noqa: E402
from statecode.views import snoop as snoop_text  # noqa: E402
from statecode.views.line_kinds import LineKind  # noqa: E402
from tests.support.compact_texts import PROGRAM as DOUBLE  # noqa: E402
from tests.support.compact_texts import TEXT as COMPACT  # noqa: E402
from tests.support.continuation_samples import CODE, LINES  # noqa: E402


def kinds_of(lines: Sequence[str], before: Sequence[str] = ()) -> list[LineKind]:
    return [line.kind for line in snoop_text.line_kinds(lines, before)]


def score_continuation(
    before: Sequence[str], real: Sequence[str], generated: Sequence[str]
) -> line_scores.ContinuationScore:
    return line_scores.score_continuation(before, real, generated, snoop_text.line_kinds)


def count_next_lines(guess: LinePredictor, before: Sequence[str], real: Sequence[str]) -> LineCounts:
    return line_scores.count_next_lines(guess, before, real, snoop_text.line_kinds)


def test_kinds_of_lines() -> None:
    kinds = [kind.value for kind in kinds_of(LINES)]
    assert kinds[:7] == ["flow", "change", "source_new", "source_new", "change", "source_new", "source_seen"]
    assert kinds[-2:] == ["source_new", "flow"]
    assert kinds_of(LINES[6:8], before=LINES[:6]) == [LineKind.SOURCE_SEEN, LineKind.CHANGE]
    others = ["     List comprehension:", "     Result: [1]", " !!! When calling: f(1)", "       continued]"]
    assert [kind.value for kind in kinds_of(others)] == ["flow", "flow", "flow", "other"]
    assert [line.numbers for line in snoop_text.line_kinds(LINES[:4])] == [(), (), (1,), (2,)]
    assert snoop_text.line_kinds(["  123 |"])[0].numbers == (123,)  # an empty source line
    assert sum(line.events for line in snoop_text.line_kinds(LINES)) == 10  # nine executed lines and one return


def test_the_real_text_has_the_best_score() -> None:
    score = score_continuation(LINES[:3], LINES[3:], LINES[3:])
    assert score.lines.share() == 1 and score.programs_right == score.flows_right == 1
    assert (score.lines_until_wrong, score.events_until_wrong) == (14, 9)
    assert (score.numbers, score.numbers_right, score.extra_lines) == (8, 8, 0)


def test_wrong_value_with_right_control_flow() -> None:
    generated = [line.replace("total = 1", "total = 7") for line in LINES[3:]]
    score = score_continuation(LINES[:3], LINES[3:], generated)
    assert score.lines.share() == 13 / 14 and score.lines.share(LineKind.CHANGE) == 4 / 5
    assert (score.lines_until_wrong, score.events_until_wrong) == (6, 4)
    assert (score.numbers_right, score.flows_right, score.programs_right) == (8, 1, 0)


def test_missing_line_shifts_the_rest() -> None:
    real, generated = LINES[3:9], LINES[3:4] + LINES[5:9]
    score = score_continuation(LINES[:3], real, generated)
    # real: 2, [i = 0], 4, 2, [i = 1], 4; written: 2, 4, 2, [i = 1], 4. Only the first line is at its index ...
    assert score.lines.right.total() == 1 and score.lines_until_wrong == 1
    assert (score.numbers_right, score.flows_right) == (4, 1)  # ... but the order of line numbers is right


def test_too_many_and_too_few_lines() -> None:
    late = score_continuation(LINES[:3], LINES[3:], [*LINES[3:], "more", "more"])
    assert (late.lines.share(), late.extra_lines, late.programs_right) == (1, 2, 0)
    early = score_continuation(LINES[:3], LINES[3:], LINES[3:10])
    assert early.lines.share() == 0.5 and early.lines_until_wrong == 7
    nothing = score_continuation(LINES[:3], LINES[3:], [])
    assert nothing.lines.share() == 0 and nothing.numbers_right == 0
    both = late + early
    assert both.programs == 2 and both.lines.share() == 0.75


def test_baselines_on_known_lines() -> None:
    guess = partial(snoop_text.next_source_line, CODE)
    assert guess(LINES[:3]) == LINES[3] and guess(LINES[:5]) == LINES[5]  # the empty third line is skipped
    assert guess(LINES[:16]) == "" and guess(["no source line"]) == ""  # after the last line there is none
    assert guess(["         2 | for i in range(3):"]) == "         4 |     total += i"
    counts = count_next_lines(guess, LINES[:3], LINES[3:])
    # right: 2 after 1, and each 4 after a line "i = ..." that follows a 2
    assert counts.right == {LineKind.SOURCE_NEW: 2, LineKind.SOURCE_SEEN: 2}
    assert count_next_lines(copy_last_line, LINES[:3], LINES[3:]).right.total() == 0
    assert count_next_lines(copy_last_line, ["a"], ["a", "a", "b", "b"]).right.total() == 3
    assert continue_lines(guess, LINES[:3], 4) == [LINES[3], LINES[5], LINES[15], ""]


def test_source_baseline_on_compact_lines() -> None:
    lines, guess = COMPACT.split("\n"), partial(compact.next_source_line, DOUBLE)
    assert [guess(lines[:number]) for number in range(13)] == [
        *lines[:4], "", "1", "2", "4", "3", "4", "", "", "",
    ]
    assert compact.next_source_line("", lines) == ""
    assert compact.next_source_line("x = 1\n\ny = 2\n", ["1 x = 1", "2", "3 y = 2", "", "1"]) == "3"
