"""A module imports only from layers below its own, and the lower layers load nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "statecode"
LAYERS = [  # from the bottom; names on one line are one layer, which may import from itself
    {"errors", "records", "provenance"},
    {"programs", "views"},
    {"tracing"},
    {"corpus"},
    {"builder", "dataset_rows", "dataset_source", "materialise"},
    {"modeling", "tasks"},
    {"evaluation"},
    {"cli"},
]
LAYER_OF = {name: number for number, names in enumerate(LAYERS) for name in names}
FREE = {"__init__", "__main__", "_datasets_hook"}  # they import lazily, by name
HEAVY = {"torch", "transformers", "datasets", "accelerate", "tokenizers", "pandas", "numpy"}
LIGHT_LAYERS = {"errors", "records", "provenance", "programs", "views", "tracing", "corpus"}


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not is_embedded_program(path)]


def is_embedded_program(path: Path) -> bool:
    return "embedded" in path.parts and path.name != "__init__.py"


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_come_from_below(path: Path) -> None:
    room = room_of(path)
    if room in FREE:
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "statecode" and len(parts) > 1 and parts[1] in LAYER_OF:
            assert LAYER_OF[parts[1]] <= LAYER_OF[room], f"{path.name} ({room}) imports {name} from above"
        if room in LIGHT_LAYERS:
            assert parts[0] not in HEAVY, f"{path.name} imports {name}"


def test_every_room_has_a_layer() -> None:
    rooms = {room_of(path) for path in modules()} - FREE
    assert rooms == set(LAYER_OF)


def test_importing_statecode_loads_nothing_heavy() -> None:
    script = "import sys, statecode; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not {"datasets", "pandas", "numpy", "torch", "pyarrow", "snoop", "requests"} & set(ast.literal_eval(loaded))
