"""Test `RunOptions`: the checks, the key that a new option does not change, and the engine that is chosen."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from statecode.corpus import config
from statecode.corpus.build import build
from statecode.corpus.config import BuildConfig
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.manifest import Manifest, manifest_of
from statecode.corpus.plan import ProgramStream, scan
from statecode.dataset import source
from statecode.errors import ConfigError, CorpusError
from statecode.records import REPR_LIMIT, Limits, Program
from statecode.tracing import SandboxRunner, options, trace
from statecode.tracing.engines import registry
from statecode.tracing.options import RunOptions

ONE = ProgramStream(name="one", open=lambda: [Program(program_id="p", problem_id="p", code="x = 1\n")])


@dataclass(frozen=True, slots=True, kw_only=True)
class WiderOptions(RunOptions):
    """The options of a later version, with one more field."""

    level: int = 0


@pytest.fixture
def wider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace `RunOptions` where the default settings are determined."""
    monkeypatch.setattr(config, "RunOptions", WiderOptions)


def manifest_with(run_options: RunOptions) -> Manifest:
    build_config = BuildConfig(options=run_options.resolved())
    return manifest_of("one", scan(ONE, build_config.rule()), build_config)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"engine": "fast"}, "unknown engine 'fast'; known: native, snoop"),
        ({"engine": "snoop", "fidelity": "full"}, "the engine snoop has no fidelity full; use the engine native, .*"),
        ({"fidelity": "most"}, "unknown fidelity 'most'; known: snoop, full"),
        ({"repr_limit": 5}, "a repr limit requires the fidelity full; .*"),
        ({"fidelity": "full", "repr_limit": 0}, "the repr limit must be at least 1 character; got 0"),
        ({"isolation_mode": "strong"}, "unknown isolation mode 'strong'; known: full, no-namespaces"),
    ],
)
def test_invalid_options_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}$"):
        RunOptions(**arguments)


def test_equal_options_are_equal_objects() -> None:
    packages = RunOptions(allow_packages=("b", "a", "b"))
    assert packages == RunOptions(allow_packages=("a", "b")) and packages.allow_packages == ("a", "b")
    full = RunOptions(fidelity="full")
    assert full == RunOptions(fidelity="full", repr_limit=REPR_LIMIT)
    assert len({full, RunOptions(fidelity="full", repr_limit=REPR_LIMIT), RunOptions()}) == 2
    assert pickle.loads(pickle.dumps(full)) == full


def test_the_key_holds_only_what_differs_from_the_defaults() -> None:
    assert RunOptions().key() == {}
    assert RunOptions(isolation_mode="full").key() == {}, "the mode changes no byte of a trace"
    chosen = RunOptions(engine="snoop", limits=Limits(events=5), trust_programs=True, allow_packages=("pyarrow",))
    assert chosen.key() == {"engine": "snoop", "events": 5, "trust_programs": True, "allow_packages": ["pyarrow"]}
    assert RunOptions(fidelity="full").key() == {"fidelity": "full", "repr_limit": REPR_LIMIT}


def test_a_new_option_changes_no_key(wider: None) -> None:
    assert WiderOptions(engine="snoop").key() == RunOptions(engine="snoop").key()
    assert WiderOptions(engine="snoop", level=1).key() == {"engine": "snoop", "level": 1}
    before, same, other = map(manifest_with, (RunOptions(), WiderOptions(), WiderOptions(level=1)))
    assert "level" not in before.settings and same.settings["level"] == 0
    assert before.key() == same.key() != other.key()


def test_a_corpus_without_a_new_option_has_its_default(wider: None, tmp_path: Path) -> None:
    folder = CorpusFolder(tmp_path)
    manifest_with(RunOptions()).write(folder)
    before, same, other = Manifest.read(folder), manifest_with(WiderOptions()), manifest_with(WiderOptions(level=1))
    before.check_same(same, folder)
    same.check_same(before, folder)
    with pytest.raises(CorpusError, match=r"another corpus \(its level is 0, yours 1\); choose another --out"):
        before.check_same(other, folder)
    with pytest.raises(CorpusError, match=r"another corpus \(its level is 1, yours 0\)"):
        other.check_same(before, folder)


def test_a_new_option_does_not_change_the_key_of_a_dataset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("x = 1\n")

    def key() -> str:
        return source.find_source(data_dir=None, programs=tmp_path, cache_dir=str(tmp_path)).key

    before = key()
    for module in (config, source):
        monkeypatch.setattr(module, "RunOptions", WiderOptions)
    assert key() == before
    monkeypatch.setattr(source, "RunOptions", lambda **fields: WiderOptions(level=1, **fields))
    assert key() != before


@pytest.mark.parametrize("function", [trace, build])
def test_the_functions_of_users_accept_every_option(function: Callable[..., Any]) -> None:
    parameters = signature(function).parameters
    assert {option.name for option in fields(RunOptions)} - set(parameters) == {"isolation_mode"}


@pytest.mark.parametrize("name", ["code_hash", "statecode", "schema_version"])
def test_an_unfinished_corpus_of_other_code_is_refused(name: str, tmp_path: Path) -> None:
    ours = manifest_with(RunOptions())
    theirs = replace(ours, settings={**ours.settings, name: "another"})
    with pytest.raises(CorpusError, match=f"its {name.replace('_', ' ')} is another, yours ") as raised:
        theirs.check_same(ours, CorpusFolder(tmp_path))
    assert "\n" not in str(raised.value)


def test_the_default_engine_is_chosen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "default_engine", lambda: registry.SNOOP)
    chosen = RunOptions(limits=Limits(events=5)).resolved()
    assert chosen == RunOptions(engine="snoop", limits=Limits(events=5)) == chosen.resolved()
    with pytest.raises(ConfigError, match="the engine snoop has no fidelity full"):
        RunOptions(fidelity="full").resolved()


def test_the_warning_of_a_slow_engine_shows_the_line_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "best_available_engine", lambda language: registry.SNOOP)
    registry._warn_once.cache_clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with SandboxRunner(RunOptions(trust_programs=True)):
            pass
    registry._warn_once.cache_clear()
    assert [warning.filename for warning in caught] == [__file__]


def test_a_program_in_another_language_is_refused(tmp_path: Path) -> None:
    program = Program(program_id="hello", problem_id="p", code="console.log(1)", language="javascript")
    message = (
        "hello is a program in javascript; the engine native runs programs in python. Choose another engine, or leave "
        "the program out"
    )
    with pytest.raises(ConfigError, match=re.escape(message)):
        trace(program.code, engine="native", program=program)
    with pytest.raises(ConfigError, match=re.escape(message)):
        build([program], tmp_path / "corpus", engine="native", progress=False)
    assert not (tmp_path / "corpus").exists()


def test_facts_about_a_program_are_in_its_trace() -> None:
    program = Program(program_id="hello", problem_id="p", code="", metadata='{"text": "\\ud800", "level": 3}')
    traced = trace("x = 1", program=program)
    assert (traced.language, traced.metadata) == ("python", '{"level": 3, "text": "\\ud800"}')


def test_limits_of_one_run_replace_those_of_the_runner() -> None:
    program = Program(program_id="p", problem_id="p", code="a = 1\nb = 2\nc = 3\n")
    with SandboxRunner(RunOptions(limits=Limits(events=2), trust_programs=True)) as runner:
        assert len(runner.run(program).trace.events) == 2
        short = runner.run(program, limits=Limits(events=1)).trace
    assert (len(short.events), short.limits) == (1, Limits(events=1))


def test_the_module_loads_no_engine() -> None:
    script = "import sys, statecode.tracing.options; print('snoop' in sys.modules, *sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert loaded[0] == "False"
    assert not [name for name in loaded if name.endswith(("._engine", "native.tracer", "snoop.recorder"))]
