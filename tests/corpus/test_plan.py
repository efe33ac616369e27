"""Test the plan of shards: equal programs have equal shards, it is lazy, and no problem is in two splits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from statecode.corpus.plan import Fingerprint, ProgramStream, plan_shards, scan
from statecode.corpus.splits import SplitRule
from statecode.errors import CorpusError
from statecode.programs import load_programs
from statecode.records import Program
from tests.support.corpus_samples import programs


def source(*some: Program) -> ProgramStream:
    return ProgramStream(name="samples", open=lambda: some)


def fingerprint(*some: Program) -> str:
    hashed = Fingerprint()
    for program in some:
        hashed.add(program)
    return hashed.hexdigest()


def test_every_run_is_in_exactly_one_shard() -> None:
    some = programs(20)
    known = scan(source(*some))
    shards = list(plan_shards(some, known.rule, 7))
    runs = Counter((run.program.program_id, run.input_index) for shard in shards for run in shard.runs)
    assert runs == Counter({(p.program_id, index): 1 for p in some for index in range(2)})
    assert Counter(shard.split for shard in shards) == known.shards(7)
    assert known.total_runs == len(runs) == 120
    assert all(len(shard.runs) == 7 or shard.index == known.shards(7)[shard.split] - 1 for shard in shards)


def test_no_problem_is_in_two_splits() -> None:
    some = programs(40)
    splits: dict[str, set[str]] = {}
    for shard in plan_shards(some, scan(source(*some)).rule, 10):
        for run in shard.runs:
            splits.setdefault(run.program.problem_id, set()).add(shard.split)
    assert len(splits) == 40 and all(len(names) == 1 for names in splits.values())
    assert set().union(*splits.values()) == {"train", "validation", "test"}


def test_the_plan_is_the_same_each_time() -> None:
    rule = SplitRule.parse("80,10,10")
    assert list(plan_shards(programs(), rule, 5)) == list(plan_shards(iter(programs()), rule, 5))


def test_the_plan_is_lazy() -> None:
    taken = 0

    def endless() -> Iterator[Program]:
        nonlocal taken
        while True:
            taken += 1
            yield Program(program_id=f"p{taken}", problem_id="one", code="")

    shards = plan_shards(endless(), SplitRule.parse("100,0,0"), 10)
    assert [next(shards).name, next(shards).name] == ["train-00000", "train-00001"]
    assert taken == 20


@pytest.mark.parametrize(
    "change",
    [
        {"code": "1"}, {"inputs": ("", "")}, {"label": "x"}, {"url": ""}, {"expected_outputs": (None,)},
        {"expected_outputs": ("1",)}, {"expected_outputs": (("1",),)}, {"expected_outputs": (("1", "2"),)},
        {"problem_id": "b"}, {"language": "javascript"}, {"metadata": '{"level": 1}'},
        {"files": "{}"}, {"files": '{"a": "b"}'},
    ],
)
def test_the_fingerprint_covers_every_field(change: dict[str, object]) -> None:
    program = Program(program_id="a", problem_id="a", code="\udc80")
    changed = replace(program, **change)  # type: ignore[arg-type]
    assert fingerprint(program) != fingerprint(changed)
    assert fingerprint(program, changed) != fingerprint(changed, program)


def test_the_fingerprint_is_that_of_older_versions_where_newer_fields_are_not_set() -> None:
    first = Program(program_id="a", problem_id="p", code="print(1)")
    second = Program(
        program_id="b", problem_id="p", code="print(input())\n", inputs=("1", "2"), expected_outputs=("1", None),
        label="correct", origin="x", license="MIT", url="u",
    )
    assert fingerprint(first, second) == "0bfa7ee929cda9bbfa7f3b4c68517881"  # of schema version 3


def test_the_fingerprint_does_not_depend_on_who_wrote_the_text() -> None:
    own = list(load_programs("generated:3"))
    assert all(program.may_share_process for program in own)
    assert fingerprint(*own) == fingerprint(*(replace(program, own_text=None) for program in own))


def test_the_error_names_two_programs_with_the_same_id() -> None:
    some = programs(3)
    with pytest.raises(CorpusError, match=r"programs 2 and 10 of the source both have the program_id 'p00/loop'"):
        scan(source(*some, some[1]))


@pytest.mark.parametrize("some", [(), (Program(program_id="a", problem_id="a", code="", inputs=()),)])
def test_a_source_without_runs_is_an_error(some: tuple[Program, ...]) -> None:
    with pytest.raises(CorpusError, match="samples: no programs to run"):
        scan(source(*some))


def test_too_few_problems_leave_splits_empty() -> None:
    known = scan(source(*programs(1)))
    assert known.empty_splits == ["validation", "test"]
    assert scan(source(*programs(3))).empty_splits == []
