"""The kinds of mutations, by the terms of the literature on mutation testing.

Sources: the operators of MutPy and of its predecessors (AOR, AOD, ASR, BCR, COD, COI, CRP, LCR, RIL, ROR, SDL, SIR),
those of CodeExecutor (arXiv 2305.05383), which uses them to make programs, and variable misuse (arXiv 1711.00740).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from statecode.programs.mutated import bounds, expressions, statements
from statecode.programs.mutated.syntax import Edit, Syntax


class Kind(NamedTuple):
    """A kind of mutations."""

    name: str
    edits: Callable[[Syntax], Iterator[Edit]]  # yields the edits of a program that are of this kind


KINDS = {kind.name: kind for kind in (
    Kind("constant", expressions.constants),                    # CRP, constant replacement
    Kind("arithmetic", expressions.arithmetic),                 # AOR and AOD, arithmetic operator replacement, deletion
    Kind("assignment", expressions.assignments),                # ASR, assignment operator replacement
    Kind("comparison", expressions.comparisons),                # ROR, relational operator replacement
    Kind("logical", expressions.logical_operators),             # LCR, logical connector replacement
    Kind("negation", expressions.negations),                    # COI and COD, conditional operator insertion, deletion
    Kind("variable-misuse", statements.variable_misuses),
    Kind("statement-swap", statements.statement_swaps),
    Kind("statement-deletion", statements.statement_deletions),  # SDL
    Kind("loop-bound", bounds.loop_bounds),                     # with RIL, reverse iteration loop
    Kind("break-continue", statements.break_continue),          # BCR, break and continue replacement
    Kind("off-by-one", bounds.off_by_one),
    Kind("slice-bound", expressions.slice_bounds),              # SIR, slice index removal
)}
