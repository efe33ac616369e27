"""Test `--verify-determinism`: rows record the first difference to a second run with another hash seed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import statecode
from statecode.corpus.build import build
from statecode.corpus.determinism import OTHER_HASH_SEED, first_difference, mark_difference
from statecode.errors import CorpusError
from statecode.records import Event, EventKind, Program, Status
from statecode.tracing import SandboxRunner
from tests.support.corpus_samples import data_bytes, ledger_lines, run_command, trace, write_jsonl

WORDS = "{'apple', 'pear', 'plum', 'fig', 'lime', 'kiwi'}"
CODES = {  # name → (source, line of the first event or output that differs; None if the runs are the same)
    "sum": ("print(sum([1, 2]))\n", None),
    "one_word": ("a = 1\nprint({'apple'})\n", None),
    "numbers": ("print({3, 1, 2})\n", None),
    "sorted": (f"print(sorted({WORDS}))\n", None),
    "seeded_random": ("import random\nprint(random.random())\n", None),
    "raises": ("x = 1\n1 / 0\n", None),
    "broken": ("print('never'\n", None),
    "prints_a_set": (f"a = 1\nb = 2\nprint({WORDS})\nc = 3\n", 4),
    "keeps_a_list": (f"a = 1\nb = list({WORDS})\nc = 3\n", 3),
    "walks_a_set": (f"for word in {WORDS}:\n    pass\n", 2),
    "hash": ("a = 1\nb = hash('apple')\nc = 2\n", 3),
}
ONLY_AT_THE_END = f"import atexit\natexit.register(lambda: print(list({WORDS})))\n"


def programs() -> list[Program]:
    sources = {name: code for name, (code, _) in CODES.items()}
    return [Program(program_id=name, problem_id=name, code=code) for name, code in sources.items()]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("verified") / "corpus"
    settings = {"split": "100,0,0", "workers": 1, "runs_per_shard": 4, "progress": False}
    assert not build(programs(), out, verify_determinism=True, **settings).failed  # type: ignore[arg-type]
    return out


@pytest.mark.parametrize("name", CODES)
def test_rows_record_the_first_difference(corpus: Path, name: str) -> None:
    (row,) = (row for row in statecode.read(corpus) if row.program_id == name)
    _, line = CODES[name]
    assert row.deterministic == (line is None) == (row.differs_at is None)
    if row.differs_at is not None:
        assert row.events[row.differs_at].line == line
        assert all(event.line < line for event in row.events[: row.differs_at])


def test_rows_are_otherwise_the_same_as_without_the_option(corpus: Path) -> None:
    with SandboxRunner() as runner:
        for program, row in zip(programs(), statecode.read(corpus), strict=True):
            assert row == runner.run(program).trace


def test_a_difference_after_all_events() -> None:
    program = Program(program_id="p", problem_id="p", code=ONLY_AT_THE_END)
    with SandboxRunner() as runner, SandboxRunner(hash_seed=OTHER_HASH_SEED) as other:
        first, second = runner.run(program).trace, other.run(program).trace
    found = mark_difference(first, second)
    assert found.events == second.events and found.stdout != second.stdout
    assert (found.deterministic, found.differs_at) == (False, len(found.events))


def lines(*stdout_ends: int) -> tuple[Event, ...]:
    return tuple(
        Event(EventKind.LINE, 1 + k, k, 0, 0, 0, "<module>", stdout_end=end) for k, end in enumerate(stdout_ends)
    )


@pytest.mark.parametrize(
    ("first_fields", "second_fields", "at"),
    [
        ({"events": lines(0, 0)}, {"events": lines(0, 0), "stderr": "x"}, 2),
        ({"events": lines(0, 0)}, {"events": lines(0, 0), "status": Status.KILLED}, 2),
        ({"events": lines(0, 0, 0)}, {"events": lines(0, 0)}, 2),
        ({"events": lines(0, 0)}, {"events": lines(0, 0, 0)}, 2),
        ({"events": lines(0, 0, 5)}, {"events": lines(0, 0, 4)}, 2),
        ({"events": lines(0, 2, 3), "stdout": "abc"}, {"events": lines(0, 2, 3), "stdout": "acb"}, 1),
        ({"events": lines(0, 1, 3), "stdout": "abc"}, {"events": lines(0, 1, 3), "stdout": "abd"}, 2),
        ({"events": lines(0, 1, 1), "stdout": "abc"}, {"events": lines(0, 1, 1), "stdout": "abd"}, 3),
        ({"events": ()}, {"events": (), "stdout": "x"}, 0),
    ],
)
def test_the_first_difference(first_fields: dict[str, object], second_fields: dict[str, object], at: int) -> None:
    first, second = (replace(trace(), **fields) for fields in (first_fields, second_fields))  # type: ignore[arg-type]
    assert first_difference(first, second) == at
    assert mark_difference(first, second).differs_at == at and mark_difference(first, first) is first


def test_interleaved_threads_stay_nondeterministic() -> None:
    assert mark_difference(trace(deterministic=False), trace()).deterministic is False
    assert mark_difference(trace(deterministic=False), trace()).differs_at is None


def test_the_ledger_has_the_times_of_both_runs(tmp_path: Path) -> None:
    code = "import time\ntime.sleep(0.3)\n"
    build(
        [Program(program_id="p", problem_id="p", code=code)], tmp_path, workers=1, progress=False,
        verify_determinism=True,
    )
    (line,) = ledger_lines(tmp_path)
    assert 0.6 <= line["wall_s"] < 5  # type: ignore[operator]


def test_a_build_without_the_option_does_not_continue_the_corpus(corpus: Path) -> None:
    with pytest.raises(CorpusError, match="its verify determinism is True, yours False"):
        build(programs(), corpus, split="100,0,0", workers=1, runs_per_shard=4, progress=False)


@pytest.mark.one_python
def test_a_resumed_build_has_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "p.jsonl", programs())
    args = ["build", "--programs", source, "--out", tmp_path / "out", "--workers", 2, "--runs-per-shard", 4,
            "--split", "100,0,0", "--verify-determinism"]
    assert run_command(*args).returncode == 0
    whole = data_bytes(tmp_path / "out")
    (tmp_path / "out" / "data" / "train-00001.parquet").unlink()
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"finished": true', '"finished": false'))
    assert run_command(*args).returncode == 0
    assert data_bytes(tmp_path / "out") == whole
    rows = {row.program_id: row.differs_at for row in statecode.read(tmp_path / "out")}
    assert rows == {row.program_id: row.differs_at for row in statecode.read(corpus)}
