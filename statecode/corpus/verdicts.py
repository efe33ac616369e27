"""The verdict of a run: compare its output with the outputs that are accepted for its input.

White space at the ends of lines and empty lines at the end are ignored, as contest judges do. The options of a build
also ignore the case of letters, or allow a difference between decimal numbers; a checker replaces the comparison.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

from statecode.errors import ConfigError
from statecode.records import Status, Trace

Checker: TypeAlias = Callable[[str, str, "str | None"], "bool | None"]
"""A function of stdin, stdout and an expected output, which is None if it is unknown.

It returns True if the output is correct, False if it is wrong, and None if the run has no verdict.
"""

_JUDGED = frozenset({Status.OK, Status.EXCEPTION, Status.TRACER_ERROR, Status.TRACER_LOST})
_NUMBER = re.compile(r"(?<![\w.])([+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_INT = re.compile(r"[+-]?[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputComparison:
    """The rules that decide whether the output of a run is correct.

    Raises:
        ConfigError: the tolerance is not a number from 0; or a checker is combined with other rules, or not callable.
    """

    # maximum difference between a number and the expected one, absolute or relative to it, whichever allows more, if
    # one of them has a decimal point or an exponent. None: the texts of numbers must be equal
    float_tolerance: float | None = None
    ignore_case: bool = False
    checker: Checker | None = None

    def __post_init__(self) -> None:
        if self.float_tolerance is not None and not 0 <= self.float_tolerance < math.inf:
            raise ConfigError(f"the float tolerance must be a number from 0; got {self.float_tolerance}")
        checker = self.checker
        if checker is None:
            return
        if not callable(checker):
            raise ConfigError(f"the checker must be a function of stdin, stdout and expected output; got {checker!r}")
        if self.float_tolerance is not None or self.ignore_case:
            raise ConfigError("a checker compares the output itself; leave out the float tolerance and ignore_case")

    def settings(self) -> dict[str, Any]:
        """Return the rules as values that JSON can represent; the checker as module and name."""
        found = {rule.name: getattr(self, rule.name) for rule in fields(self)}
        if self.checker is not None:
            kind = self.checker if hasattr(self.checker, "__qualname__") else type(self.checker)
            found["checker"] = f"{kind.__module__}.{kind.__qualname__}"
        return found

    def judge(self, trace: Trace, accepted: Sequence[str]) -> Trace:
        """Return the trace with its verdict, and with the accepted output that it has as its expected output.

        The verdict is None if no output is accepted and there is no checker, or if the trace exceeded a limit (events,
        trace_bytes). A run that exceeded a limit on the program (time, memory, output), was killed or did not compile
        is wrong, whichever output it has.

        Args:
            accepted: the outputs that are accepted for the input; empty if they are unknown.

        Raises:
            ConfigError: the checker raised an exception or returned no bool.
        """
        if trace.status is Status.EVENT_LIMIT or not (accepted or self.checker):
            return trace
        if trace.status not in _JUDGED:
            return replace(trace, verdict="wrong")
        wrong = False
        for expected in accepted or (None,):
            correct = self._is_correct(trace, expected)
            if correct:
                return replace(trace, verdict="correct", expected_output=expected)
            wrong = wrong or correct is False
        return replace(trace, verdict="wrong") if wrong else trace

    def _is_correct(self, trace: Trace, expected: str | None) -> bool | None:
        if self.checker is not None:
            return _call_checker(self.checker, trace, expected)
        return expected is not None and self._equal(trace.stdout, expected)

    def _equal(self, stdout: str, expected: str) -> bool:
        printed, wanted = _compared_lines(stdout), _compared_lines(expected)
        if self.ignore_case:
            printed, wanted = ([line.casefold() for line in lines] for lines in (printed, wanted))
        if printed == wanted or self.float_tolerance is None:
            return printed == wanted
        return len(printed) == len(wanted) and all(
            line == other or _equal_within(line, other, self.float_tolerance) for line, other in zip(printed, wanted)
        )


def _call_checker(checker: Checker, trace: Trace, expected: str | None) -> bool | None:
    run = f"{trace.program_id}, input {trace.input_index}"
    try:
        correct = checker(trace.stdin, trace.stdout, expected)
    except Exception as error:
        raise ConfigError(f"the checker raised {type(error).__name__} for {run}: {error}") from error
    if correct is not None and not isinstance(correct, bool):
        raise ConfigError(f"the checker returned {correct!r} for {run}; expected True, False or None")
    return correct


def _compared_lines(text: str) -> list[str]:
    """Return the lines to compare: without white space at their ends, without empty lines at the end."""
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _equal_within(line: str, expected: str, tolerance: float) -> bool:
    """Return True if two lines have equal texts between their numbers, and numbers that differ by the tolerance."""
    parts, wanted = _NUMBER.split(line), _NUMBER.split(expected)  # text, number, text, ..., number, text
    return parts[::2] == wanted[::2] and all(
        number == other or _close(number, other, tolerance) for number, other in zip(parts[1::2], wanted[1::2])
    )


def _close(number: str, expected: str, tolerance: float) -> bool:
    if _INT.fullmatch(number) and _INT.fullmatch(expected):  # these differ, and are exact
        return False
    value, wanted = float(number), float(expected)
    return abs(value - wanted) <= tolerance * max(1.0, abs(wanted))
