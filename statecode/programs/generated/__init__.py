"""The source `generated:N`: N different programs that statecode writes itself. See docs/generated.md.

    stream      writes different programs one after the other
    program     the levels, and one program of a level
    arithmetic, conditions, loops, sequences, strings, mappings, functions, recursion, comprehensions and exceptions,
    classes, algorithms, stdin
                the parts of programs, in the order of the levels
    faults      the exceptions that end programs
    writer      the lines of a program and the values of its variables
    expressions, words, style, choices, digests
                what these modules share
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from statecode.arguments import check, setting
from statecode.errors import ProgramError
from statecode.programs.base import BaseSource
from statecode.records import Program

LEVELS = 12
LEAST_EVENTS = 30
"""The lowest bound of events for which programs of every level exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedOptions:
    """The options of the source `generated`."""

    generated_levels: str = setting(f"1-{LEVELS}", "levels of the programs, such as 3 or 1-6", metavar="A-B")
    generated_seed: int = setting(0, "another seed yields other programs")
    generated_events: int = setting(300, "maximum number of events of a run", metavar="MAX")
    generated_exceptions: int = setting(6, "percentage of programs that an exception ends", metavar="PERCENT")

    def __post_init__(self) -> None:
        named = f"generated_levels must be a level or a range from 1 to {LEVELS}, such as 3 or 1-6"
        check(bool(self.levels), f"{named}; got {self.generated_levels!r}")
        check(self.generated_seed >= 0, f"generated_seed must be at least 0; got {self.generated_seed}")
        events, percent = self.generated_events, self.generated_exceptions
        check(events >= LEAST_EVENTS, f"generated_events must be at least {LEAST_EVENTS}; got {events}")
        check(0 <= percent <= 100, f"generated_exceptions must be from 0 to 100; got {percent}")

    @property
    def levels(self) -> range:
        """Return the levels; empty if the text is not valid."""
        found = re.fullmatch(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", str(self.generated_levels))
        if not found:
            return range(0)
        first, last = int(found[1]), int(found[2] or found[1])
        return range(first, last + 1) if 1 <= first <= last <= LEVELS else range(0)


class GeneratedSource(BaseSource):
    """The source `generated`."""

    name = "generated"
    form = "generated:N"
    Options = GeneratedOptions

    def load(self, spec: str, options: GeneratedOptions) -> Iterator[Program]:
        """Return an iterator over N programs.

        Raises:
            ProgramError: N is not a number of at least 1.
        """
        from statecode.programs.generated.stream import generate

        count = spec.partition(":")[2]
        if not re.fullmatch("[0-9]{1,12}", count) or int(count) == 0:
            raise ProgramError(f"{spec}: expected {self.form} with a number N of at least 1, such as generated:1000")
        share = options.generated_exceptions / 100
        return generate(int(count), options.levels, options.generated_seed, options.generated_events, share)
