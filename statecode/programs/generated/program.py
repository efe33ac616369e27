"""Write one program of a level."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from statecode.programs.generated import (
    algorithms,
    arithmetic,
    classes,
    comprehensions,
    conditions,
    exceptions,
    faults,
    functions,
    loops,
    mappings,
    recursion,
    sequences,
    stdin,
    strings,
)
from statecode.programs.generated.writer import Writer

Part = Callable[[Writer], None]


LEVELS: tuple[Sequence[Part], ...] = (
    arithmetic.PARTS,
    conditions.PARTS,
    loops.PARTS,
    sequences.PARTS,
    strings.PARTS,
    mappings.PARTS,
    functions.PARTS,
    recursion.PARTS,
    (*comprehensions.PARTS, *exceptions.PARTS),
    classes.PARTS,
    algorithms.PARTS,
    stdin.PARTS,
)
"""For each level the functions that write parts of its programs; the first level is level 1."""


def write(seed: int, level: int, limit: int, fails: bool, short: bool = False) -> Writer | None:
    """Write a program.

    Args:
        seed: of all its choices.
        level: from 1; the program also has parts of lower levels.
        limit: maximum number of events.
        fails: True if an exception ends the program.
        short: write no parts of lower levels.

    Returns:
        The writer with the program, or None if the program may have more events than `limit`.
    """
    w = Writer(seed, limit)
    extras = 0 if short or level == 1 else w.pick((0, 0, 1, 1, 1, 2) if limit >= 100 else (0, 0, 1))
    for lower in sorted(w.between(1, level - 1) for _ in range(extras)):
        _write_part(w, lower)
    _write_part(w, level)
    if not short and limit >= 100 and not w.inputs and w.chance(0.25):
        _write_part(w, level)
    if fails:
        w.paragraph()
        if not w.prints:
            w.show_unread()
        w.events += 2  # the exception, and the statement that is reached only without it
        faults.write(w, level)
    elif w.unread:
        if w.chance(0.5):
            w.paragraph()
        w.show_unread()
    if not w.prints:
        w.show(w.literal(w.pick(("done", "ok", "finished"))))
    return w if w.events <= limit else None


def _write_part(w: Writer, level: int) -> None:
    part = w.pick(LEVELS[level - 1])
    w.feature(part.__module__.rpartition(".")[2])
    part(w)
    if w.unread and w.chance(0.4):
        w.show_unread()
