"""Choose the mutations of one program."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from statecode.programs.generated.choices import Choices
from statecode.programs.mutated.kinds import KINDS
from statecode.programs.mutated.mutation import Mutation
from statecode.programs.mutated.syntax import Edit, Syntax
from statecode.records import Program, metadata_facts, metadata_text
from statecode.source_tree import parse

LABEL = "mutant"
ATTEMPTS = 4  # at most this many edits are tried per mutant


def mutate(program: Program, kinds: Sequence[str], count: int, seed: int) -> Iterator[Program]:
    """Yield at most `count` mutants of a program, each with one edit.

    A mutant compiles, and its syntax tree differs from that of the program and of the other mutants. Each kind that the
    program allows is equally likely. A source that is not valid, or is nested too deeply, has no mutants.

    Args:
        kinds: names in `KINDS`.
        seed: another seed yields other mutants.
    """
    syntax, own_digest = Syntax.of(program.code), compiled_digest(program.code)
    if program.language != "python" or syntax is None or own_digest is None:
        return
    try:
        candidates = {name: sorted(set(KINDS[name].edits(syntax))) for name in kinds}
    except RecursionError:
        return
    choices = choices_for(program, seed, "mutants")
    seen, ids = {own_digest}, {program.program_id}
    for _ in range(ATTEMPTS * count):
        possible = [name for name in candidates if candidates[name]]
        if not possible or not count:
            return
        kind = choices.pick(possible)
        edit = _take(candidates[kind], choices)
        code = syntax.apply(edit)
        digest = compiled_digest(code)
        mutant = _mutant(program, syntax, edit, kind, code)
        if digest is not None and digest not in seen and mutant.program_id not in ids:
            seen.add(digest)
            ids.add(mutant.program_id)
            count -= 1
            yield mutant


def choices_for(program: Program, seed: int, purpose: str) -> Choices:
    """Return choices that depend on the program_id, the seed and the purpose, not on other programs."""
    text = f"{seed} {purpose} {program.program_id}"
    return Choices(int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big"))


def _take(edits: list[Edit], choices: Choices) -> Edit:
    """Remove one of the edits and return it."""
    place = choices.between(0, len(edits) - 1)
    edits[place], edits[-1] = edits[-1], edits[place]
    return edits.pop()


def compiled_digest(code: str) -> bytes | None:
    """Return a digest of the syntax tree of a source; None if the source does not compile."""
    try:
        tree = parse(code)
        dump = ast.dump(tree)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return None
    return hashlib.sha256(dump.encode("utf-8", "backslashreplace")).digest()[:16]


def _mutant(program: Program, syntax: Syntax, edit: Edit, kind: str, code: str) -> Program:
    line, column = syntax.line_and_column(edit.start)
    mutation = Mutation(
        parent=program.program_id, mutation=kind, line=line, column=column,
        before=program.code[edit.start:edit.end], after=edit.text,
    )
    facts = {} if program.metadata is None else metadata_facts(program.metadata)
    if program.label is not None:
        facts["parent_label"] = program.label
    digest = hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return replace(
        program, program_id=f"{program.program_id}~{digest}", code=code, label=LABEL,
        metadata=metadata_text({**facts, **asdict(mutation)}),
    )
