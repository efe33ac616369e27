"""Test the isolation that a corpus records, and builds on machines without a sandbox."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest

import statecode
from statecode.cli import main
from statecode.cli.stats import isolation_text
from statecode.corpus.build import BuildConfig, build, run_build, stream_of
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.ledger import read_isolation
from statecode.corpus.manifest import isolation_counts
from statecode.errors import ConfigError, CorpusError, IsolationError
from statecode.programs import load_programs
from statecode.records import Program, Status
from statecode.tracing import RunOptions
from statecode.tracing.sandbox import isolation
from statecode.tracing.sandbox.isolation import Mode, isolation_for, possible_modes
from statecode.tracing.sandbox.layers import LayerState, probe_layers
from tests.support.corpus_samples import SETTINGS, data_bytes, ledger_lines, programs, run_command, write_jsonl

LAYERS = ("namespaces", "privileges", "landlock", "seccomp", "limits")
ONLY_LIMITS = tuple(LayerState(name, name == "limits", "absent") for name in LAYERS)
READS_A_FILE = "print(open('/etc/passwd').readline()[:4])\n"


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every layer of the sandbox except the limits unavailable to this process."""
    monkeypatch.setattr(isolation, "probe_layers", lambda: ONLY_LIMITS)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("isolated") / "corpus"
    build(programs(4), out, **SETTINGS)  # type: ignore[arg-type]
    return out


def embedded(number: int = 2) -> list[Program]:
    return list(load_programs("embedded"))[:number]


def test_every_shard_records_the_isolation(corpus: Path) -> None:
    folder = CorpusFolder(corpus)
    state = isolation_for().as_dict()
    shards = folder.finished()
    assert [read_isolation(folder.ledger(name)) for name in shards] == [[state]] * len(shards)
    assert set(state["layers"]) == set(LAYERS)
    assert len(ledger_lines(corpus)) == 24
    manifest = json.loads((corpus / "manifest.json").read_text())
    assert manifest["counts"]["isolation"] == [{"shards": len(shards), **state}]


def test_stats_prints_the_isolation_in_one_line(corpus: Path, tmp_path: Path) -> None:
    done = run_command("stats", corpus, "--out", tmp_path / "stats", env={"COLUMNS": "200"})
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("isolation: "))
    assert line.startswith(f"isolation: {isolation_for().mode.value} (") and "limits) in " in line
    assert json.loads((tmp_path / "stats" / "stats.json").read_text())["isolation"] == isolation_counts(
        CorpusFolder(corpus)
    )


def test_the_line_for_other_isolations() -> None:
    layers = {"namespaces": "refused: no", "landlock": "active: ABI 4", "limits": "active"}
    state = {"shards": 1, "mode": "no-namespaces", "layers": layers, "packages": ["numpy"]}
    assert isolation_text([state]) == "isolation: no-namespaces (landlock, limits, packages numpy) in 1 shard"
    assert isolation_text([]) == "isolation: not recorded"


def test_a_retry_in_another_mode_records_both_isolations(tmp_path: Path) -> None:
    modes = possible_modes(probe_layers())
    if len(modes) < 2:
        pytest.skip("two modes are needed; this machine allows " + (", ".join(modes) or "none"))
    source = stream_of(programs(2))
    for mode, retry in ((modes[0], frozenset()), (modes[1], frozenset({"exception"}))):
        config = BuildConfig(options=RunOptions(isolation_mode=mode.value), retry=retry, split="100,0,0")
        assert not run_build(source, CorpusFolder(tmp_path), config, progress=False).failed
    (states,) = (read_isolation(path) for path in tmp_path.glob("ledger/*"))
    assert [state["mode"] for state in states] == [mode.value for mode in modes]


def test_the_mode_has_no_effect_on_bytes(corpus: Path, tmp_path: Path) -> None:
    for mode in possible_modes(probe_layers()):
        config = BuildConfig(options=RunOptions(isolation_mode=mode.value), runs_per_shard=10)
        out = CorpusFolder(tmp_path / mode.value)
        manifest = run_build(stream_of(programs(4)), out, config, progress=False).manifest
        assert data_bytes(out.path) == data_bytes(corpus)
        assert manifest.settings == json.loads((corpus / "manifest.json").read_text())["settings"]


def test_untrusted_programs_without_a_sandbox_are_refused_before_anything_is_written(
    no_sandbox: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(IsolationError, match="p00/sum: untrusted programs cannot be isolated on this machine"):
        build(programs(1), tmp_path / "out", **SETTINGS)  # type: ignore[arg-type]
    with pytest.raises(IsolationError, match="p00/sum"):  # also if a program that comes with statecode precedes it
        build([*embedded(), *programs(1)], tmp_path / "out", **SETTINGS)  # type: ignore[arg-type]
    source = write_jsonl(tmp_path / "p.jsonl", programs(1))
    for more in ([], ["--dry-run"], ["--allow-packages", "pyarrow"]):
        assert main(["build", "--programs", str(source), "--out", str(tmp_path / "out"), "--quiet", *more]) == 2
        output, errors = capfd.readouterr()
        assert output == "" and errors.startswith("error: p00/sum: untrusted") and errors.count("\n") == 1
        assert "statecode doctor" in errors and "--trust-programs" in errors
    (tmp_path / "one.py").write_text("print(1)\n")
    assert main(["trace", str(tmp_path / "one.py")]) == 2
    assert not (tmp_path / "out").exists()


def test_embedded_programs_run_without_a_sandbox_and_have_the_same_bytes(no_sandbox: None, tmp_path: Path) -> None:
    report = build(embedded(), tmp_path / "bare", **SETTINGS)  # type: ignore[arg-type]
    (state,) = report.manifest.counts["isolation"]
    assert state["mode"] == "trusted" and state["layers"]["seccomp"] == "refused: absent"
    assert report.manifest.settings["trust_programs"] is False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation, "probe_layers", probe_layers)
        sandboxed = build(embedded(), tmp_path / "walled", **SETTINGS)  # type: ignore[arg-type]
    assert data_bytes(tmp_path / "bare") == data_bytes(tmp_path / "walled")
    assert sandboxed.manifest.settings == report.manifest.settings


def test_trusted_programs_run_without_a_sandbox(no_sandbox: None, tmp_path: Path) -> None:
    report = build(programs(1), tmp_path / "out", trust_programs=True, **SETTINGS)  # type: ignore[arg-type]
    assert report.manifest.settings["trust_programs"] is True
    assert statecode.trace("print(3)", trust_programs=True).stdout == "3\n"


def test_trusted_programs_can_read_files(tmp_path: Path) -> None:
    program = Program(program_id="p", problem_id="p", code=READS_A_FILE)
    build([program], tmp_path / "trusted", trust_programs=True, **SETTINGS)  # type: ignore[arg-type]
    (row,) = statecode.read(tmp_path / "trusted")
    assert (row.status, row.stdout) == (Status.OK, "root\n")
    with pytest.raises(CorpusError, match="its trust programs is True, yours False"):
        build([program], tmp_path / "trusted", **SETTINGS)  # type: ignore[arg-type]
    assert statecode.trace(READS_A_FILE, trust_programs=True).stdout == "root\n"


def test_untrusted_programs_cannot_read_files(tmp_path: Path) -> None:
    skip_without_sandbox()
    program = Program(program_id="p", problem_id="p", code=READS_A_FILE)
    build([program], tmp_path / "out", **SETTINGS)  # type: ignore[arg-type]
    (row,) = statecode.read(tmp_path / "out")
    assert (row.status, row.stdout) == (Status.EXCEPTION, "")
    assert row == statecode.trace(READS_A_FILE)


def test_only_allowed_packages_can_be_imported(tmp_path: Path) -> None:
    skip_without_sandbox()
    program = Program(program_id="p", problem_id="p", code="import pyarrow\nprint('here')\n")
    for packages, stdout in ((("pyarrow",), "here\n"), ((), "")):
        out = tmp_path / "-".join(("out", *packages))
        report = build([program], out, allow_packages=packages, **SETTINGS)  # type: ignore[arg-type]
        assert [row.stdout for row in statecode.read(out)] == [stdout]
        assert report.manifest.settings["allow_packages"] == list(packages)
        assert report.manifest.settings["package_versions"] == [f"pyarrow-{version('pyarrow')}"][: len(packages)]
        assert statecode.trace(program.code, allow_packages=packages).stdout == stdout
    with pytest.raises(CorpusError, match=r"its allow packages is \[\], yours \['pyarrow'\]"):
        build([program], tmp_path / "out", allow_packages=["pyarrow"], **SETTINGS)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["nosuchpackage", "not-a-name", "pyarrow.parquet"])
def test_the_error_names_a_package_that_is_not_installed(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"there is no package '{name}'"):
        build(programs(1), tmp_path / "out", allow_packages=[name], **SETTINGS)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def skip_without_sandbox() -> None:
    if isolation_for().mode is Mode.TRUSTED:
        pytest.skip("this machine cannot isolate untrusted programs")
