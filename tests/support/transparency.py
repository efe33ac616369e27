"""Compare traced runs with runs of the same programs without a tracer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from statecode.records import Program, Status, Trace
from statecode.tracing import SandboxRunner
from statecode.tracing.compare.engines import EnginePair, with_trailing_comments
from tests.support.random_programs import REPR_HAS_EFFECTS

LIMIT_STATUSES = (Status.TIMEOUT, Status.EVENT_LIMIT, Status.OUTPUT_LIMIT)
_FIELDS = ("stdout", "stderr", "exception", "status")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
_COMMENTS_PER_LENGTH = (1, 5, 13)
_WITHOUT_COLLECTIONS = "import gc\ngc.disable()\ndel gc\n"


class Verdict(str, Enum):
    """Result of the comparison of a traced run with an untraced one."""

    EQUAL = "equal"                    # the same output, exception and status
    LIMIT = "equal up to a limit"      # a limit ended a run; one output starts with the other
    NOT_REPEATABLE = "not repeatable"  # untraced runs differ from each other
    COLLECTED = "collected at another moment"  # equal if the garbage collector does not run by itself
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Transparency:
    """A verdict, and for the verdict `DIFFERENT` the first difference in words."""

    verdict: Verdict
    difference: str = ""


def transparency(runner: SandboxRunner, program: Program, input_index: int, traced: Trace) -> Transparency:
    """Run a program without a tracer, and compare stdout, stderr, exception and status with those of a traced run.

    Addresses are not compared. A run in which the tracer failed is different. A row marked `tracer_lost` is compared like `ok` or `exception`: the program has replaced
    the tracer.
    """
    if traced.status is Status.TRACER_ERROR:
        return Transparency(Verdict.DIFFERENT, str(traced.truncation))
    bare = runner.run_untraced(program, input_index).trace
    if traced.status in LIMIT_STATUSES or bare.status in LIMIT_STATUSES:
        if traced.stdout.startswith(bare.stdout) or bare.stdout.startswith(traced.stdout):
            return Transparency(Verdict.LIMIT)
    difference = _difference(bare, traced)
    if not difference:
        return Transparency(Verdict.EQUAL)
    for variant in (program, *(with_trailing_comments(program, lines) for lines in _COMMENTS_PER_LENGTH)):
        if _difference(bare, runner.run_untraced(variant, input_index).trace):
            return Transparency(Verdict.NOT_REPEATABLE)
    without = replace(program, code=f"{_WITHOUT_COLLECTIONS}{program.code}")
    differs, differs_without = (
        _difference(runner.run_untraced(each, input_index).trace, runner.run(each, input_index).trace)
        for each in (program, without)
    )
    if differs and not differs_without and runner.run(without, input_index).trace.status is not Status.COMPILE_ERROR:
        return Transparency(Verdict.COLLECTED)
    return Transparency(Verdict.DIFFERENT, difference)


def first_difference(bare: Any, traced: Any) -> str:
    """Return the first line in which two texts differ, or both values if they are no texts; "" if they are equal."""
    if bare == traced:
        return ""
    if not (isinstance(bare, str) and isinstance(traced, str)):
        return f"{bare!r} became {traced!r}"
    pairs = zip([*bare.split("\n"), "<end>"], [*traced.split("\n"), "<end>"])
    number, (before, after) = next((number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return f"line {number}: {before[:300]!r} became {after[:300]!r}"


def without_addresses(text: str) -> str:
    return _ADDRESS.sub("0x", text)


def _difference(bare: Trace, traced: Trace) -> str:
    for field in _FIELDS:
        sides = [_comparable(trace, field) for trace in (bare, traced)]
        if sides[0] != sides[1]:
            return f"{field}, {first_difference(*sides)}"
    return ""


def _comparable(trace: Trace, field: str) -> Any:
    value = getattr(trace, field)
    if field == "status":
        if value is Status.TRACER_LOST:
            return (Status.OK if trace.exception is None else Status.EXCEPTION).value
        return value.value
    if field == "stderr":  # the source line of a warning has trailing blanks or not: see `without_trailing_blanks`
        value = "\n".join(line.rstrip() for line in value.split("\n"))
    return without_addresses(value if isinstance(value, str) else repr(value))


class TransparentPair(EnginePair):
    """A pair of engines that also compares each run of the tested engine with a run without a tracer.

    `changed` contains a line for each program that tracing changed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed: list[str] = []

    def _judge(self, program: Program, input_index: int, tested: Trace, reference: Trace) -> Any:
        if tested.status is Status.TRACER_ERROR or not REPR_HAS_EFFECTS.search(program.code):
            found = transparency(self._tested, program, input_index, tested)
            if found.verdict is Verdict.DIFFERENT:
                self.changed.append(f"{program.program_id}#{input_index}: {found.difference}")
        return super()._judge(program, input_index, tested, reference)
