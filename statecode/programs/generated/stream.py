"""Write different programs one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from statecode.errors import ProgramError
from statecode.programs.generated.choices import Choices
from statecode.programs.generated.digests import DigestSet, digest_of
from statecode.programs.generated.program import write
from statecode.programs.generated.writer import Writer
from statecode.records import Program, metadata_text, own_text_of

ATTEMPTS = 200
"""Attempts in a row to write a program that is new and short enough."""


def generate(count: int, levels: range, seed: int, limit: int, failing_share: float) -> Iterator[Program]:
    """Yield `count` programs with different syntax trees. More programs begin with the same ones.

    Args:
        levels: the levels; each is equally likely.
        seed: an integer of at least 0; another seed yields other programs.
        limit: maximum number of events of a run.
        failing_share: the share of programs that an exception ends, from 0 to 1.

    Raises:
        ProgramError: no new program was found in many attempts.
    """
    seen = DigestSet()
    choices = Choices(seed)
    number = 0
    while number < count:
        level, fails = choices.pick(levels), choices.chance(failing_share)
        for attempt in range(ATTEMPTS):
            own_seed = (((seed << 64) + number << 8) + level << 8) + attempt
            w = write(own_seed, level, limit, fails, short=attempt > 3)
            digest = digest_of("\n".join(w.code)) if w else 0
            if w and seen.add(digest):
                break
        else:
            raise ProgramError(
                f"generated: no new program of level {level} with at most {limit} events was found after"
                f" {number:,} programs; request fewer, or raise --generated-events"
            )
        yield _program(w, digest, level, seed, number)
        number += 1


def _program(w: Writer, digest: int, level: int, seed: int, number: int) -> Program:
    name = f"generated/{digest:016x}"  # the same program has the same id, and therefore the same split, in each corpus
    code = w.text()
    return Program(
        program_id=name,
        problem_id=name,
        code=code,
        inputs=tuple(w.inputs) or ("",),
        origin="generated",
        license="MIT",
        metadata=metadata_text({"level": level, "features": list(w.features), "seed": seed, "number": number}),
        own_text=own_text_of(code),
    )
