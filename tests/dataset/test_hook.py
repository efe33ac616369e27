"""Test the hook for load_dataset("statecode") in new interpreters, because its effect depends on imported modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.dataset.rows import config_names
from tests.support import dataset_project
from tests.support.dataset_project import ROOT, run_json

pytestmark = pytest.mark.torch


def test_import_statecode_loads_nothing_heavy(tmp_path: Path) -> None:
    code = """
import json, sys, time
begun = time.perf_counter()
import statecode
print(f"import statecode: {time.perf_counter() - begun:.4f} s", file=sys.stderr)
heavy = "datasets", "pandas", "numpy", "pyarrow", "torch", "transformers", "snoop"
print(json.dumps([name for name in heavy if name in sys.modules]))
"""
    assert run_json(code, cwd=tmp_path, path=ROOT) == []


LOADS = {
    "datasets first": "from datasets import load_dataset; import statecode",
    "statecode first": "import statecode; from datasets import load_dataset",
    "load first": "import datasets.load; import statecode; from datasets import load_dataset",
}


@pytest.mark.parametrize("imports", LOADS.values(), ids=LOADS.keys())
@pytest.mark.parametrize("conflict", [False, True], ids=["empty folder", "beside a folder statecode"])
def test_both_import_orders_in_any_folder(project: Path, tmp_path: Path, imports: str, conflict: bool) -> None:
    if conflict:
        (tmp_path / "statecode").mkdir()
        (tmp_path / "statecode" / "train.json").write_text('[{"text": "not this one"}]')
    code = f"""
import json
{imports}
loaded = load_dataset("statecode")
print(json.dumps({{split: rows["program_id"][:] for split, rows in loaded.items()}}))
"""
    expected = {
        split: [row["program_id"] for row in dataset_project.rows_of(project / "statecode/data/embedded", split)]
        for split in dataset_project.SPLITS
    }
    assert run_json(code, cwd=tmp_path, path=project) == expected


@pytest.mark.parametrize("imports", ["import datasets, statecode", "import statecode, datasets"])
def test_the_inspection_functions_list_the_configs(project: Path, tmp_path: Path, imports: str) -> None:
    code = f"""
import json
{imports}
print(json.dumps([datasets.get_dataset_config_names("statecode"), datasets.get_dataset_split_names("statecode", "code"),
                  datasets.get_dataset_default_config_name("statecode")]))
"""
    assert run_json(code, cwd=tmp_path, path=project) == [
        list(config_names()),
        ["train", "validation", "test"],
        "snoop",
    ]


def test_other_paths_are_loaded_as_before(project: Path, tmp_path: Path) -> None:
    (tmp_path / "statecode").mkdir()
    (tmp_path / "statecode" / "train.json").write_text('[{"text": "this one"}]')
    code = """
import json, statecode, datasets
rows = [datasets.load_dataset("./statecode", split="train")[0],
        datasets.load_dataset("json", data_files="statecode/train.json", split="train")[0]]
print(json.dumps(rows))
"""
    assert run_json(code, cwd=tmp_path, path=project) == [{"text": "this one"}] * 2


def test_the_hook_does_not_change_the_import_of_datasets(tmp_path: Path) -> None:
    code = """
import importlib, importlib.machinery, importlib.util, json, pickle, sys
import statecode, statecode.dataset.hook as hook

class OtherHook:  # it calls every other finder, as the hook of statecode does
    seen = set()
    def find_spec(self, name, path=None, target=None):
        if name == "datasets.load":
            self.seen.add(name)
            return next(s for f in sys.meta_path if f is not self and (s := f.find_spec(name, path, target)))

sys.meta_path.insert(0, OtherHook())
hook.install()
hook.install()
assert sum(type(finder).__name__ == "_PatchAfterImport" for finder in sys.meta_path) == 1
assert importlib.util.find_spec("datasets.load").origin.endswith("load.py")  # imports only the parent package
import datasets.load as load
assert OtherHook.seen == {"datasets.load"}

def check():
    function = load.dataset_module_factory
    assert function.handles_statecode and not hasattr(function.__wrapped__, "handles_statecode")
    assert type(load.__loader__) is importlib.machinery.SourceFileLoader and load.__spec__.loader is load.__loader__
    assert "exec_module" not in vars(load.__loader__)
    assert load.__loader__.get_source("datasets.load").startswith("#")
    assert function.__name__ == "dataset_module_factory" and pickle.loads(pickle.dumps(function)) is function

check()
hook.install()
check()
importlib.reload(load)
check()
print(json.dumps("transparent"))
"""
    assert run_json(code, cwd=tmp_path, path=ROOT) == "transparent"


@pytest.mark.parametrize("imports", ["import datasets.load, statecode", "import statecode, datasets.load"])
def test_a_version_of_datasets_without_the_function_causes_one_warning(tmp_path: Path, imports: str) -> None:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "__init__.py").write_text('__version__ = "9.0.0"\n')
    (tmp_path / "datasets" / "load.py").write_text("def load_dataset(path): return path\n")
    code = f"""
import json, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    {imports}
print(json.dumps([str(warning.message) for warning in caught]))
"""
    [message] = run_json(code, cwd=tmp_path, path=ROOT)
    assert "datasets 9.0.0" in message and "statecode.load_dataset" in message and "\n" not in message


def test_statecode_load_dataset_does_not_need_the_hook(project: Path, tmp_path: Path) -> None:
    code = """
import json, statecode, datasets.load
datasets.load.dataset_module_factory = None
print(json.dumps(statecode.load_dataset("code", split="test").num_rows))
"""
    expected = len(dataset_project.rows_of(project / "statecode/data/embedded", "test"))
    assert run_json(code, cwd=tmp_path, path=project) == expected


def test_from_the_project_root_without_importing_statecode(project: Path) -> None:
    code = """
import json, sys
from datasets import load_dataset
loaded = {name: load_dataset("statecode", name) for name in (None, "snoop", "events", "code")}
assert not any(module.partition(".")[0] == "statecode" for module in sys.modules)
import statecode
for name, plain in loaded.items():
    built = load_dataset("statecode", name)
    assert plain.keys() == built.keys()
    for split in built:
        assert plain[split].features == built[split].features, (name, split)
        assert plain[split].to_list() == built[split].to_list(), (name, split)
print(json.dumps("equal"))
"""
    assert run_json(code, cwd=project) == "equal"
