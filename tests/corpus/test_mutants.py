"""Test `statecode build --behaviour-differs`: mutants that behave as their parents are dropped, whatever interrupts it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import statecode
from statecode.cli import main
from statecode.corpus.build import build, stream_of
from statecode.corpus.config import BuildConfig
from statecode.corpus.folder import BEHAVIOUR, CorpusFolder
from statecode.corpus.manifest import Manifest
from statecode.corpus.mutants import MUTANTS_PER_TASK, BehaviourFile, mutation_parent
from statecode.corpus.splits import SplitRule
from statecode.errors import ConfigError, CorpusError
from statecode.programs import load_programs
from statecode.records import Limits, Program
from statecode.tracing import RunOptions, SandboxRunner
from tests.support.corpus_samples import command, data_bytes, descendants, programs, run_command, wait_until

SOURCE = "mutated:generated:12"
OPTIONS = {"mutants": 6, "generated_levels": "2-5"}
FLAGS = [
    "build", "--programs", SOURCE, "--mutants", 6, "--generated-levels", "2-5", "--behaviour-differs", "--quiet",
    "--runs-per-shard", 10,
]
SETTINGS = {"behaviour_differs": True, "progress": False, "runs_per_shard": 10, **OPTIONS}


@pytest.fixture(scope="module")
def mutants() -> list[Program]:
    return list(load_programs(SOURCE, **OPTIONS))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compared") / "corpus"
    build(SOURCE, out, workers=1, **SETTINGS)  # type: ignore[arg-type]
    return out


def differing(samples: Sequence[Program]) -> set[str]:
    """Return the ids of the mutants whose runs without a tracer differ from those of their parents."""
    found = set()
    with SandboxRunner(RunOptions(limits=Limits(wall_s=2.0, cpu_s=0.5))) as runner:
        for mutant in samples:
            parent = mutation_parent(mutant)
            assert parent is not None
            for index in range(len(mutant.inputs)):
                one, other = (runner.run_untraced(program, index).trace for program in (mutant, parent))
                if (one.stdout, one.status, one.exception and one.exception[:2]) != (
                    other.stdout, other.status, other.exception and other.exception[:2]
                ):
                    found.add(mutant.program_id)
    return found


def test_the_remaining_mutants_differ_from_their_parents(corpus: Path, mutants: list[Program]) -> None:
    kept = {trace.program_id for trace in statecode.read(corpus)}
    assert kept == differing(mutants) and 0 < len(kept) < len(mutants)
    plan = Manifest.read(CorpusFolder(corpus)).plan
    assert (plan["mutants"], plan["dropped_mutants"]) == (len(mutants), len(mutants) - len(kept))
    assert plan["programs"] == len(kept)


def test_the_number_of_workers_changes_nothing(corpus: Path, tmp_path: Path) -> None:
    build(SOURCE, tmp_path / "out", workers=2, **SETTINGS)  # type: ignore[arg-type]
    assert data_bytes(tmp_path / "out") == data_bytes(corpus)
    assert (tmp_path / "out" / "manifest.json").read_bytes() == (corpus / "manifest.json").read_bytes()


def test_a_finished_corpus_is_not_compared_again(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (corpus / BEHAVIOUR).read_bytes()
    assert main([*map(str, FLAGS), "--out", str(corpus)]) == 0
    out = capsys.readouterr().out
    assert "is finished already, nothing to do" in out
    plan = Manifest.read(CorpusFolder(corpus)).plan
    assert f"dropped {plan['dropped_mutants']} of {plan['mutants']} mutants: they behave as their parents on every" in out
    assert (corpus / BEHAVIOUR).read_bytes() == before


def lines(out: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return (out / BEHAVIOUR).read_bytes().count(b"\n")
    return 0


@pytest.mark.one_python
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_comparison_is_continued(sent: signal.Signals, corpus: Path, tmp_path: Path) -> None:
    """Interrupt the build by Ctrl-C, or kill all its processes and leave a line that was not completed."""
    out = tmp_path / "out"
    args = [*FLAGS, "--out", out, "--workers", 2]
    process = subprocess.Popen(command(*args), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: lines(out) >= MUTANTS_PER_TASK, "some mutants are compared")
    killed = descendants(process.pid) if sent is signal.SIGKILL else set()
    for pid in [process.pid, *killed]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)
    assert process.wait(60) == (130 if sent is signal.SIGINT else -signal.SIGKILL)
    compared = (out / BEHAVIOUR).read_bytes()
    if killed:
        (out / BEHAVIOUR).write_bytes(compared + b'{"mutant": "12')
    assert not (out / "manifest.json").exists(), "the comparison had ended"
    result = run_command(*args)
    assert result.returncode == 0, result.stderr
    assert (out / BEHAVIOUR).read_bytes().startswith(compared)
    assert lines(out) == lines(corpus) and data_bytes(out) == data_bytes(corpus)


@pytest.mark.one_python
def test_a_worker_killed_during_the_comparison_is_replaced(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(command(*FLAGS, "--out", out, "--workers", 1), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_until(lambda: lines(out) >= MUTANTS_PER_TASK, "some mutants are compared")
    workers = [pid for pid in descendants(process.pid) if b"statecode.corpus.worker" in command_line(pid)]
    for pid in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _, errors = process.communicate(timeout=120)
    assert workers and process.returncode == 0
    assert b"tried again" in errors and data_bytes(out) == data_bytes(corpus)


def command_line(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def test_other_settings_are_refused_before_anything_runs(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (corpus / BEHAVIOUR).read_bytes()
    for change, reason in {
        ("--mutation-seed", "1"): "its programs, from", ("--events", "99"): "its events is 10000, yours 99",
    }.items():
        started = time.monotonic()
        assert main([*map(str, FLAGS), "--out", str(corpus), *change]) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"error: {corpus} holds another corpus ({reason}") and error.count("\n") == 1
        assert time.monotonic() - started < 60 and (corpus / BEHAVIOUR).read_bytes() == before
    without = [str(flag) for flag in FLAGS if flag != "--behaviour-differs"]
    assert main([*without, "--out", str(corpus)]) == 2
    assert "holds another corpus (it was begun with --behaviour-differs)" in capsys.readouterr().err


def test_results_of_other_settings_are_not_used(tmp_path: Path) -> None:
    folder = CorpusFolder(tmp_path)
    mutant = next(load_programs(SOURCE))
    config, other = BuildConfig(), BuildConfig(options=RunOptions(limits=Limits(events=5)))
    with BehaviourFile(folder, config) as file:
        assert file.differs(mutant) is None
        file.append({file.key(mutant): True})
        assert file.differs(mutant) is True
    with BehaviourFile(folder, config) as file, BehaviourFile(folder, other) as second:
        assert file.differs(mutant) is True and second.differs(mutant) is None


def test_a_full_disk_is_reported_in_one_line(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys\n"
        "from statecode.corpus.mutants import BehaviourFile\nfrom statecode.corpus.folder import CorpusFolder\n"
        "from statecode.corpus.config import BuildConfig\nfrom statecode.errors import CorpusError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n    with BehaviourFile(CorpusFolder(sys.argv[1]), BuildConfig()) as file:\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "        file.append({bytes(16): True, bytes([1] * 16): False})\n"
        "except CorpusError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
    assert (done.stderr, done.stdout.count("\n")) == ("", 1) and "File too large" in done.stdout


@pytest.mark.parametrize("line", ["x", "[]", '{"mutant": "xy", "differs": true}', '{"mutant": "00", "differs": 1}', "[" * 9999, "x" * 255])
def test_a_damaged_line_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / BEHAVIOUR).write_text('{"mutant": "00", "differs": true}\n' + line + "\n")
    with pytest.raises(CorpusError, match=f"{BEHAVIOUR}:2: not a line of a build; remove the file, and run again"):
        BehaviourFile(CorpusFolder(tmp_path), BuildConfig())


def test_results_are_not_written_through_a_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / BEHAVIOUR).symlink_to(tmp_path / "target")
    assert main([*map(str, FLAGS), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "target").exists()


def make_hard_link(path: Path) -> None:
    (path.parent / "other").touch()
    os.link(path.parent / "other", path)


@pytest.mark.parametrize("make", [os.mkfifo, make_hard_link])
def test_results_are_in_a_regular_file_of_the_corpus(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / BEHAVIOUR)
    with pytest.raises(CorpusError, match="is a special file or a hard link; remove it, and run again$"):
        BehaviourFile(CorpusFolder(tmp_path), BuildConfig())


def test_parents_and_other_programs_are_kept(tmp_path: Path) -> None:
    options = {**OPTIONS, "mutants": 1}
    source = "mutated:generated:6,embedded"
    chosen = [program for program in load_programs(source, include_parents=True, **options) if program.origin == "generated"]
    report = build([*chosen, *programs(2)], tmp_path / "out", progress=False, behaviour_differs=True)
    kept = {trace.program_id for trace in statecode.read(tmp_path / "out")}
    others = {program.program_id for program in [*chosen, *programs(2)] if mutation_parent(program) is None}
    assert len(others) == 12 and others <= kept
    assert report.manifest.plan["mutants"] == len(chosen) - 6 and report.manifest.plan["programs"] == len(kept)


def test_parents_and_mutants_are_in_the_same_splits(tmp_path: Path) -> None:
    """Build one corpus of both, and one of the remaining mutants alone."""
    options = {**OPTIONS, "mutants": 1}
    build("generated:12,mutated:generated:12", tmp_path / "both", progress=False, split="60,20,20", **options)  # type: ignore[arg-type]
    build(SOURCE, tmp_path / "mutants", split="60,20,20", **{**SETTINGS, "mutants": 2})  # type: ignore[arg-type]
    rule = SplitRule.parse("60,20,20")
    found: dict[str, set[str]] = {}
    for name in ("both", "mutants"):
        for split in ("train", "validation", "test"):
            for trace in statecode.read(tmp_path / name, split=split):
                found.setdefault(trace.problem_id, set()).add(split)
    assert all(len(splits) == 1 for splits in found.values()) and len(found) == 12
    assert found == {problem_id: {rule.split_of(problem_id)} for problem_id in found}


def test_a_source_without_mutants_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="^--behaviour-differs compares mutants with their parents, and programs has no mut"):
        build(programs(2), tmp_path / "out", progress=False, behaviour_differs=True)
    assert not (tmp_path / "out").exists()


def test_a_source_whose_mutants_all_behave_as_their_parents(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"program_id": "p", "problem_id": "p", "code": "x = 1 + 2\\nprint(4)\\n"}')
    spec = f"mutated:{tmp_path / 'p.jsonl'}"
    with pytest.raises(CorpusError, match="^mutated:p.jsonl: all 2 mutants behave as their parents; raise --mutants, or"):
        build(spec, tmp_path / "out", progress=False, behaviour_differs=True, mutations="arithmetic")


def test_the_parent_of_a_mutant(mutants: list[Program]) -> None:
    parents = {program.program_id: program for program in load_programs("generated:12", generated_levels="2-5")}
    for mutant in mutants:
        parent = mutation_parent(mutant)
        assert parent is not None and parent.inputs == mutant.inputs
        assert parent.code == parents[parent.program_id].code
    assert all(mutation_parent(program) is None for program in parents.values())


def test_the_dry_run_says_what_it_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*map(str, FLAGS), "--out", str(tmp_path / "out"), "--dry-run"]) == 0
    assert "mutants   those that --behaviour-differs drops are counted here\n" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_the_name_of_the_source_contains_no_folder() -> None:
    assert stream_of("mutated:/a/b/c.jsonl").name == "mutated:c.jsonl"


def test_a_corpus_of_mutants_has_verdicts_labels_and_facts(tmp_path: Path) -> None:
    row = {"program_id": "p", "problem_id": "p", "code": "print(int(input()) + 2)", "inputs": ["2\n", "0\n"], "expected_outputs": ["4\n", "2\n"]}
    (tmp_path / "p.jsonl").write_text(json.dumps(row))
    build(f"mutated:{tmp_path / 'p.jsonl'}", tmp_path / "out", progress=False, mutations="arithmetic", varied_inputs=1, behaviour_differs=True)
    traces = list(statecode.read(tmp_path / "out"))
    assert {trace.code: [one.verdict for one in traces if one.code == trace.code] for trace in traces} == {
        "print(int(input()) * 2)": ["correct", "wrong", None], "print(int(input()) - 2)": ["wrong", "wrong", None],
    }
    assert {trace.label for trace in traces} == {"mutant"}
    assert {json.loads(trace.metadata or "")["parent"] for trace in traces} == {"p"}
