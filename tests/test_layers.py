"""Test that modules import only from their own and lower layers, without cycles, and lower layers no heavy packages.

All imports count: those at the top of a module, those inside a function, and those for type checkers only.
"""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGE = ROOT / "statecode"
LAYERS = [  # from the bottom; a name is a module or a folder of the package
    [
        "_version", "records", "frame_follower", "change_rows", "errors", "registry", "files", "input_files", "left_out",
        "text", "machine", "source_tree", "terminal", "progress", "entry", "arguments", "provenance",
    ],
    ["programs", "views"],
    ["tracing"],
    ["corpus"],
    ["dataset", "builder"],
    ["modeling"],
    ["tasks"],
    ["evaluation"],
    ["experiments"],
    ["cli"],
]
TRACING_LAYERS = [  # the same inside of tracing
    ["own_builtins", "wire.record"],
    ["wire.channel", "wire.normalise", "forkserver.streams", "source_info", "sandbox", "engines.base"],
    ["engines.native", "engines.snoop", "engines.deferred_reprs"],  # in the traced process
    ["wire"],
    ["forkserver"],
    ["engines"],
    ["options"],
    ["inprocess", "job_files"],
    ["runner"],
    ["oneshot", "compare"],
]
ENTRY_MODULES = {"statecode", "statecode.__main__", "statecode.tracing"}  # they import lazily from all layers
HEAVY = {"torch", "transformers", "datasets", "accelerate", "tokenizers", "pandas", "numpy"}
LIGHT_LAYERS = {name for names in LAYERS[:4] for name in names}


@functools.cache
def modules() -> dict[str, Path]:
    """Return the file of each module of the package; the embedded programs are data."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "embedded" not in parts or parts[-2:] == ("embedded", "__init__"):
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@functools.cache
def imported(module: str) -> frozenset[str]:
    """Return the modules that a module imports, of this package and of others."""
    names = set()
    for node in ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{module}: relative import; use absolute imports"
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                names.add(submodule if submodule in modules() else node.module)
    return frozenset(names)


def layer_of(module: str, layers: list[list[str]], package: str) -> int | None:
    """Return the number of the layer that names the module or the nearest folder around it."""
    name = module.removeprefix(f"{package}.")
    while name:
        for number, names in enumerate(layers):
            if name in names:
                return number
        name = name.rpartition(".")[0]
    return None


@pytest.mark.parametrize("module", sorted(set(modules()) - ENTRY_MODULES))
def test_imports_come_from_below(module: str) -> None:
    for layers, package in [(LAYERS, "statecode"), (TRACING_LAYERS, "statecode.tracing")]:
        if not module.startswith(f"{package}."):
            continue
        own = layer_of(module, layers, package)
        assert own is not None, f"{module} is in no layer"
        for name in imported(module):
            if name.startswith(f"{package}."):
                below = layer_of(name, layers, package)
                assert below is not None and below <= own, f"{module} imports {name} from a higher layer"


@pytest.mark.parametrize("module", sorted(set(modules()) - ENTRY_MODULES))
def test_the_lower_layers_import_nothing_heavy(module: str) -> None:
    if module.split(".")[1] in LIGHT_LAYERS:
        assert not {name.partition(".")[0] for name in imported(module)} & HEAVY


def test_every_layer_exists() -> None:
    tops = {name.split(".")[1] for name in set(modules()) - {"statecode", "statecode.__main__"}}
    assert tops == {name for names in LAYERS for name in names}


@pytest.mark.parametrize("module", sorted(set(modules()) - {"statecode"}))
def test_no_module_imports_the_package_itself(module: str) -> None:
    assert "statecode" not in imported(module), "the package imports from every layer: import the module that is needed"


def test_there_is_no_import_cycle() -> None:
    assert list(cycles({module: imported(module) & set(modules()) for module in set(modules()) - ENTRY_MODULES})) == []


def cycles(graph: dict[str, frozenset[str]]) -> Iterator[list[str]]:
    """Yield each group of modules that import each other, directly or indirectly."""
    reached = {module: reachable(module, graph) for module in graph}
    seen: set[str] = set()
    for module in sorted(graph):
        group = [other for other in sorted(reached[module]) if module in reached[other]]
        if module in reached[module] and module not in seen:
            seen |= set(group)
            yield group


def reachable(module: str, graph: dict[str, frozenset[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [module]
    while waiting:
        new = {name for name in graph[waiting.pop()] if name in graph} - found
        found |= new
        waiting += new
    return found


def test_a_cycle_is_found() -> None:
    graph = {"a": frozenset("b"), "b": frozenset("cd"), "c": frozenset("a"), "d": frozenset()}
    assert list(cycles(graph)) == [["a", "b", "c"]]


def test_importing_statecode_loads_nothing_heavy() -> None:
    script = "import sys, statecode; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not {"datasets", "pandas", "numpy", "torch", "pyarrow", "snoop", "requests"} & set(ast.literal_eval(loaded))
