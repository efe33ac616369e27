"""Test the selection of the engine: built or not, requested or not, and for a build that is resumed."""

from __future__ import annotations

import importlib.machinery
import json
import os
import re
import shutil
import subprocess
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from statecode.corpus.build import BuildConfig, _resolve_engine, build
from statecode.corpus.folder import CorpusFolder
from statecode.errors import ConfigError, CorpusError
from statecode.records import Program
from statecode.tracing import RunOptions, SandboxRunner, options
from statecode.tracing.engines import native, registry

PACKAGE = Path(native.__file__).parent.parent.parent.parent
MODULE = "statecode.tracing.engines.native._engine"
ONE = [Program(program_id="one", problem_id="one", code="print(1)\n")]


@pytest.fixture(autouse=True)
def clear_caches() -> Iterator[None]:
    """Clear the cached results before and after each test."""
    native.reason.cache_clear()
    registry._warn_once.cache_clear()
    yield
    native.reason.cache_clear()
    registry._warn_once.cache_clear()


@pytest.fixture
def without_native(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, MODULE, None)  # the import then raises ModuleNotFoundError


def test_the_native_engine_is_built() -> None:
    """Check this first: otherwise all tests of the native engine would be skipped without notice."""
    assert native.reason() == ""


@pytest.mark.parametrize("built", [0, native.INTERFACE + 1, None])
def test_a_build_from_another_version_is_noticed(built: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType(MODULE)
    module.__dict__.update({} if built is None else {"INTERFACE": built})
    monkeypatch.setitem(sys.modules, MODULE, module)
    assert not native.available()
    assert native.reason().startswith(f"it was built from another version of statecode (interface {built}, not {native.INTERFACE}); ")
    assert "pip install --editable ." in native.reason() and "\n" not in native.reason()


def test_an_unsupported_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_VERSIONS", ((3, 5), (3, 6)))
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert native.reason() == f"it needs CPython 3.5 to 3.6; this is cpython {ours}"


def test_an_engine_that_is_not_built(without_native: None, tmp_path: Path) -> None:
    message = "the native engine cannot be used here: it was not built for this Python; install .*; or use the engine snoop"
    with pytest.raises(ConfigError, match=message):
        SandboxRunner(RunOptions(engine="native"))
    with pytest.raises(ConfigError, match=message):
        build(ONE, tmp_path / "out", engine="native", progress=False)
    assert not (tmp_path / "out").exists()


def test_the_default_falls_back_to_snoop_with_one_warning(without_native: None) -> None:
    with pytest.warns(registry.SlowEngine, match="snoop records, many times slower .* it was not built for this Python; "):
        with SandboxRunner() as runner:
            assert runner.engine == "snoop"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with SandboxRunner() as runner:
            assert runner.run(ONE[0]).trace.engine == "snoop"


def test_the_default_if_native_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType(MODULE)
    module.__dict__["INTERFACE"] = native.INTERFACE
    monkeypatch.setitem(sys.modules, MODULE, module)
    assert registry.default_engine() is registry.NATIVE


def engine_in(folder: Path) -> str:
    return json.loads((folder / "manifest.json").read_text())["settings"]["engine"]


def started_with(engine: str, folder: Path, finished: bool) -> Path:
    build(ONE, folder, workers=1, engine="snoop", progress=False)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["settings"]["engine"], manifest["finished"] = engine, finished
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_build_names_the_engine_that_records(tmp_path: Path, without_native: None) -> None:
    with pytest.warns(registry.SlowEngine):
        build(ONE, tmp_path, workers=1, progress=False)
    assert engine_in(tmp_path) == "snoop"


@pytest.mark.parametrize(("requested", "used"), [(None, "snoop"), ("snoop", "snoop"), ("native", "native")])
def test_a_resumed_build_keeps_its_engine(
    requested: str | None, used: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = CorpusFolder(started_with("snoop", tmp_path, finished=False))
    monkeypatch.setattr(options, "default_engine", lambda: registry.NATIVE)
    assert _resolve_engine(BuildConfig(options=RunOptions(engine=requested)), folder).options.engine == used
    assert _resolve_engine(BuildConfig(), CorpusFolder(tmp_path / "new")).options.engine == "native"


def test_a_build_with_another_engine_is_not_resumed(without_native: None, tmp_path: Path) -> None:
    folder = started_with("native", tmp_path / "begun", finished=False)
    with pytest.raises(CorpusError, match="begun was begun with the engine native: .* not built .* and another --out"):
        build(ONE, folder, progress=False)
    with pytest.raises(CorpusError, match=r"another corpus \(its engine is native, yours snoop\)"):
        build(ONE, folder, engine="snoop", progress=False)
    done = started_with("native", tmp_path / "done", finished=True)
    assert build(ONE, done, progress=False).already_finished  # no run is left to record


@pytest.fixture(scope="module")
def package_without_native(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of statecode in which the native engine is not built."""
    folder = tmp_path_factory.mktemp("without_native")
    shutil.copytree(PACKAGE, folder / "statecode", ignore=shutil.ignore_patterns("*.so", "data", "__pycache__"))
    (folder / "one.py").write_text("print(1)\n")
    return folder


def run_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "statecode", *arguments], cwd=folder, capture_output=True, text=True, timeout=100,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
    )


WARNING = "warning: snoop records, many times slower than the native engine: it was not built for this Python; "


def test_commands_warn_in_one_line(package_without_native: Path) -> None:
    traced = run_in(package_without_native, "trace", "one.py")
    assert traced.returncode == 0, traced.stderr
    warning, ending = traced.stderr.splitlines()
    assert warning.startswith(WARNING) and ending.startswith("ok; ")
    built = run_in(package_without_native, "build", "--programs", ".", "--limit", "1", "--out", "corpus", "--quiet")
    assert built.returncode == 0, built.stderr
    assert [line for line in built.stderr.splitlines() if "engine" in line] == [warning]
    assert engine_in(package_without_native / "corpus") == "snoop"
    requested = run_in(package_without_native, "trace", "one.py", "--engine", "snoop")
    assert requested.returncode == 0 and "warning" not in requested.stderr
    refused = run_in(package_without_native, "trace", "one.py", "--engine", "native")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert refused.stderr.startswith("error: the native engine cannot be used here: it was not built for this Python; ")


def test_doctor_prints_the_reason(package_without_native: Path) -> None:
    done = run_in(package_without_native, "doctor")
    assert done.stderr == ""
    assert re.search(r"^native engine +it was not built for this Python; install a C compiler", done.stdout, re.MULTILINE)


def test_a_file_that_is_not_a_module(package_without_native: Path) -> None:
    broken = package_without_native / "statecode/tracing/engines/native" / f"_engine{importlib.machinery.EXTENSION_SUFFIXES[0]}"
    broken.write_bytes(b"not a library")
    try:
        refused = run_in(package_without_native, "trace", "one.py", "--engine", "native")
    finally:
        broken.unlink()
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: the native engine cannot be used here: it cannot be imported (")
    assert refused.stderr.count("\n") == 1
