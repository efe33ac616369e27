"""The source `mutated:SOURCE`: programs of another source with one edit each. See docs/mutated.md.

    kinds       the kinds of mutations
    expressions, bounds, statements
                the edits of each kind
    syntax      the tree of a program with positions in its source
    variables   the variables that are assigned before a statement
    mutants     the choice of the edits, and the mutants
    mutation    the facts about an edit in the metadata of a mutant
    inputs      variations of the text of stdin
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from statecode.arguments import check, setting
from statecode.errors import ProgramError
from statecode.programs.base import BaseSource
from statecode.records import Program

MOST_MUTANTS = 1000
MOST_VARIED_INPUTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class MutatedOptions:
    """The options of the source `mutated`."""

    mutants: int = setting(10, "maximum number of mutants of each program")
    mutations: str | None = setting(None, "kinds of mutations, separated by commas (default: all)", metavar="KIND,...")
    mutation_seed: int = setting(0, "another seed yields other mutants and inputs")
    varied_inputs: int = setting(2, "inputs that are added to those of each program: variations of them")
    include_parents: bool = setting(False, "yield each program itself too, with the varied inputs, before its mutants")

    def __post_init__(self) -> None:
        from statecode.programs.mutated.kinds import KINDS

        for name, least, most in (("mutants", 1, MOST_MUTANTS), ("varied_inputs", 0, MOST_VARIED_INPUTS)):
            value = getattr(self, name)
            check(least <= value <= most, f"{name} must be from {least} to {most:,}; got {value}")
        check(self.mutation_seed >= 0, f"mutation_seed must be at least 0; got {self.mutation_seed}")
        check(bool(self.kinds), "mutations: no kind; leave the option out for all kinds")
        for kind in self.kinds:
            check(kind in KINDS, f"unknown kind of mutation {kind!r}; known: {', '.join(KINDS)}")

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the names of the kinds, in the order of `KINDS` if all are chosen."""
        from statecode.programs.mutated.kinds import KINDS

        if self.mutations is None:
            return tuple(KINDS)
        return tuple(dict.fromkeys(filter(None, map(str.strip, self.mutations.split(",")))))


class MutatedSource(BaseSource):
    """The source `mutated`."""

    name = "mutated"
    form = "mutated:SOURCE"
    Options = MutatedOptions

    def reads(self, spec: str) -> tuple[str, ...]:
        """Return the spec of the source whose programs are mutated."""
        return (spec.partition(":")[2],)

    def load(self, spec: str, options: MutatedOptions, programs: Iterator[Program]) -> Iterator[Program]:
        """Yield the mutants of each program of another source, after the program itself if `include_parents` is True.

        Raises:
            ProgramError: no program has an input, or none has a mutant.
        """
        from statecode.programs.mutated.mutants import mutate

        with_input = found = 0
        for program in programs:
            if program.inputs:
                with_input += 1
                parent = _with_varied_inputs(program, options)
                if options.include_parents:
                    yield parent
                for mutant in mutate(parent, options.kinds, options.mutants, options.mutation_seed):
                    found += 1
                    yield mutant
        if not with_input:
            raise ProgramError(f"{spec}: no program has an input; mutants need programs with at least one input")
        if not found:
            kinds = f" of the kinds {options.mutations}" if options.mutations else ""
            raise ProgramError(f"{spec}: no mutation{kinds} is possible in its {with_input:,} programs; choose others")


def _with_varied_inputs(program: Program, options: MutatedOptions) -> Program:
    """Return the program with varied inputs after its own ones. The expected outputs of these are unknown."""
    from statecode.programs.mutated.inputs import vary_inputs
    from statecode.programs.mutated.mutants import choices_for

    choices = choices_for(program, options.mutation_seed, "inputs")
    varied = vary_inputs(program.inputs, program.code, options.varied_inputs, choices)
    outputs = program.expected_outputs
    return replace(
        program, inputs=(*program.inputs, *varied),
        expected_outputs=None if outputs is None else (*outputs, *[None] * len(varied)),
    )
