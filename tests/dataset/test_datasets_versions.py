"""Test the dataset with other versions of `datasets`, each in its own environment (tests/support/make_environments.py).

Version 3.6 is the oldest supported one and still runs loading scripts. All other tests use the newest version.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from statecode import views
from statecode.corpus.reader import read
from statecode.dataset.rows import config_names, has_text, schema_of
from statecode.records import Trace
from tests.support import dataset_project
from tests.support.dataset_project import ROOT, SPLITS, run_json, run_python
from tests.support.make_environments import OTHER_DATASETS, NoEnvironment, environment

pytestmark = [pytest.mark.torch, pytest.mark.one_python]

SCRIPT = str(ROOT / "dataset_script" / "statecode.py")
DIGEST = """
import hashlib, json
import datasets

def digest(loaded):
    return {split: hashlib.sha256(json.dumps(list(rows)).encode()).hexdigest() for split, rows in loaded.items()}
"""


@pytest.fixture(scope="module", params=OTHER_DATASETS)
def python(request: pytest.FixtureRequest) -> Path:
    return interpreter(request.param)


def interpreter(datasets_version: str) -> Path:
    try:
        return environment(datasets_version)
    except NoEnvironment as error:
        reason = f"no environment for datasets {datasets_version}: {error}"
        if os.environ.get("STATECODE_OFFLINE"):
            pytest.skip(reason)
        pytest.fail(f"{reason}; set STATECODE_OFFLINE=1 to skip these tests")


@pytest.mark.parametrize("offline, ending", [("", pytest.fail.Exception), ("1", pytest.skip.Exception)])
def test_an_environment_that_cannot_be_created_is_a_failure(offline: str, ending: Any, monkeypatch: Any) -> None:
    def fail(version: str) -> Path:
        raise NoEnvironment("pip: no network")

    monkeypatch.setitem(interpreter.__globals__, "environment", fail)
    monkeypatch.setenv("STATECODE_OFFLINE", offline)
    with pytest.raises(ending, match="no environment for datasets 9.9: pip: no network"):
        interpreter("9.9")


def corpus_of(project: Path) -> Path:
    return project / "statecode" / "data" / "embedded"


def digests(project: Path, config: str) -> dict[str, str]:
    """Return the expected result of `digest` for a config, computed without `datasets`."""
    return {
        split: hashlib.sha256(json.dumps(rows_of(corpus_of(project), config, split)).encode()).hexdigest()
        for split in SPLITS
    }


def rows_of(corpus: Path, config: str, split: str) -> list[dict[str, Any]]:
    rows = dataset_project.rows_of(corpus, split)
    if config == "events":
        return rows
    if not has_text(config):
        names = schema_of(config).names
        own = ((row, made) for row, trace in zip(rows, read(corpus, split)) for made in numbered(trace, config))
        return [{name: made[name] if name in made else row[name] for name in names} for row, made in own]
    excluded = {"expected_output", "stdout", "stderr", "files", "limits", "events"}
    texts = [views.render(trace, config) for trace in read(corpus, split)]
    return [
        {**{name: value for name, value in row.items() if name not in excluded}, "text": text}
        for row, text in zip(rows, texts)
    ]


def numbered(trace: Trace, view: str) -> list[dict[str, Any]]:
    return [{"row_index": number, **row} for number, row in enumerate(views.rows(trace, view))]


@pytest.mark.parametrize("imports", ["import statecode", ""], ids=["hook", "yaml"])
def test_from_the_project_root(python: Path, project: Path, imports: str) -> None:
    code = f"""
{imports}
{DIGEST}
print(json.dumps([digest(datasets.load_dataset("statecode", name)) for name in (None, "events", "code")]))
"""
    expected = [digests(project, config) for config in ("snoop", "events", "code")]
    assert run_json(code, cwd=project, path=project, python=python) == expected
    assert not (project / "statecode.lock").exists()  # the package may be in a folder that is not writable


@pytest.mark.parametrize("imports", ["import datasets, statecode", "import statecode, datasets"])
def test_the_hook_beside_a_folder_of_the_same_name(python: Path, project: Path, tmp_path: Path, imports: str) -> None:
    (tmp_path / "statecode").mkdir()
    (tmp_path / "statecode" / "train.json").write_text('[{"text": "not this one"}]')
    code = f"""
{imports}
{DIGEST}
data_dir = {str(corpus_of(project))!r}
print(json.dumps([digest(datasets.load_dataset("statecode", "snoop", data_dir=data_dir)),
                  digest(datasets.load_dataset("statecode", "events", data_dir=data_dir, streaming=True)),
                  digest(datasets.load_dataset("statecode", "code", data_dir=data_dir, num_proc=2)),
                  digest(statecode.load_dataset("snoop", data_dir=data_dir)),
                  datasets.get_dataset_config_names("statecode")]))
"""
    snoop, events, code_, public, names = run_json(code, cwd=tmp_path, python=python)  # imports the installed statecode
    assert [snoop, events, code_, public] == [
        digests(project, config) for config in ("snoop", "events", "code", "snoop")
    ]
    assert names == list(config_names())


def test_every_config(python: Path, project: Path, tmp_path: Path) -> None:
    """Load all views, with texts and with rows, in another folder than the project."""
    code = f"""
import statecode
{DIGEST}
data_dir = {str(corpus_of(project))!r}
print(json.dumps({{name: digest(datasets.load_dataset("statecode", name, data_dir=data_dir))
                  for name in {config_names()!r}}}))
"""
    found = run_json(code, cwd=tmp_path, python=python)
    assert found == {config: digests(project, config) for config in config_names()}


def test_a_split_without_rows(python: Path, tmp_path: Path) -> None:
    program = {"program_id": "p", "code": "pass", "inputs": [""]}
    (tmp_path / "programs.jsonl").write_text(json.dumps(program) + "\n")
    code = """
import json, datasets, statecode
loaded = datasets.load_dataset("statecode", "steps", programs="programs.jsonl")
print(json.dumps({split: [len(rows), len(rows.features)] for split, rows in loaded.items()}))
"""
    assert run_json(code, cwd=tmp_path, python=python) == {"train": [0, len(schema_of("steps"))]}


def test_programs(python: Path, tmp_path: Path) -> None:
    program = {"program_id": "p", "code": "print(int(input()) + 1)", "inputs": ["41"]}
    (tmp_path / "programs.jsonl").write_text(json.dumps(program) + "\n")
    code = """
import json, datasets, statecode
print(json.dumps(datasets.load_dataset("statecode", "events", programs="programs.jsonl", split="train")["stdout"][:]))
"""
    assert run_json(code, cwd=tmp_path, python=python) == ["42\n"]


@pytest.mark.parametrize("options", ["", ", streaming=True", ", num_proc=2"])
def test_loading_script(project: Path, tmp_path: Path, options: str) -> None:
    code = f"""
{DIGEST}
loaded = datasets.load_dataset({SCRIPT!r}, "events", trust_remote_code=True,
                               data_dir={str(corpus_of(project))!r}{options})
import statecode
assert statecode.__file__.endswith("__init__.py")  # not the script
print(json.dumps(digest(loaded)))
"""
    python = interpreter("3.6")
    assert run_json(code, cwd=tmp_path, python=python) == digests(project, "events")


def test_loading_script_by_its_relative_path(tmp_path: Path) -> None:
    """Run the example of the card in the project's root, with the shipped corpus."""
    code = """
import json
from datasets import load_dataset
for name in ("snoop", "events", "code"):
    loaded = load_dataset("dataset_script/statecode.py", name, trust_remote_code=True)
print(json.dumps(sorted(loaded)))
"""
    python = interpreter("3.6")
    cache = str(tmp_path / "hf")
    assert run_json(code, cwd=ROOT, python=python, HF_HOME=cache) == ["test", "train", "validation"]


def test_the_script_cannot_be_imported_as_the_package() -> None:
    code = """
try:
    import statecode
except ImportError as error:
    print(error)
"""
    assert "hides the package" in run_python("-c", code, cwd=ROOT / "dataset_script")
