"""Test the notebook: it runs in a new kernel, writes nothing to stderr, and its outputs equal the committed ones.

The notebook must not contain logic of its own: cells and functions have a maximum length. After a change that affects
its outputs, rewrite them and check the plots by eye:

    STATECODE_REWRITE_NOTEBOOK=1 python -m pytest tests/test_notebook.py
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.paths import ROOT

if TYPE_CHECKING:  # the environment of the light tests has no Jupyter packages, and must be able to collect this file
    from nbformat import NotebookNode

pytestmark = [pytest.mark.torch, pytest.mark.one_python]

NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"
REWRITE = bool(os.environ.get("STATECODE_REWRITE_NOTEBOOK"))
not_while_rewriting = pytest.mark.skipif(REWRITE, reason="STATECODE_REWRITE_NOTEBOOK: the outputs are being rewritten")
MAX_BYTES = 400_000
MAX_CELL_LINES = 15
MAX_FUNCTION_LINES = 10
CELL_TIMEOUT_S = 240  # all cells together take about 30 s on two idle cores


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(cell: NotebookNode) -> list[tuple[str, str]]:
    """Return the kind and text of each output of a cell. Pictures are skipped, because they depend on fonts."""
    streams: dict[str, str] = {}  # a stream can have several outputs
    found: list[tuple[str, str]] = []
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        found.extend((kind, data) for kind, data in output.get("data", {}).items() if kind != "image/png")
    return sorted(streams.items()) + sorted(found)


@pytest.fixture(scope="module")
def committed() -> NotebookNode:
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    return notebook


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Set up a kernel of this interpreter, an empty cache and no network; yield an empty working folder."""
    import matplotlib.font_manager  # noqa: F401  the very first import is slow and writes a notice to stderr

    folder = tmp_path_factory.mktemp("notebook")
    kernel = folder / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    folders = {"JUPYTER_PATH": "jupyter", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython", "HF_HOME": "hf"}
    working_folder = folder / "work"
    working_folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in folders.items():
            patch.setenv(name, str(folder / value))
        patch.setenv("HF_DATASETS_CACHE", str(folder / "hf" / "datasets"))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.delenv("PYTHONWARNINGS", raising=False)
        yield working_folder


@pytest.fixture(scope="module")
def executed(committed: NotebookNode, environment: Path) -> NotebookNode:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)  # a copy that is modified
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT_S,
        startup_timeout=CELL_TIMEOUT_S,
        record_timing=False,
        resources={"metadata": {"path": str(environment)}},
    )
    client.execute()  # raises CellExecutionError with the cell and its traceback
    if REWRITE:
        notebook.metadata = committed.metadata  # without the version of this interpreter
        nbformat.write(notebook, NOTEBOOK)
    return notebook


def test_notebook_writes_nothing_to_stderr(executed: NotebookNode) -> None:
    for cell in code_cells(executed):
        assert cell.execution_count is not None
        assert [text for kind, text in texts(cell) if kind == "stderr"] == [], cell.source


def test_notebook_creates_no_files(executed: NotebookNode, environment: Path) -> None:
    assert list(environment.iterdir()) == []


@not_while_rewriting
@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 reports the call of the module on line 1, not 0")
def test_outputs_equal_the_committed_ones(executed: NotebookNode, committed: NotebookNode) -> None:
    for cell, expected in zip(code_cells(executed), code_cells(committed), strict=True):
        assert texts(cell) == texts(expected), f"{cell.source}\n\nIf the change is intended, see the docstring of this file."
        assert pictures(cell) == pictures(expected)


def pictures(cell: NotebookNode) -> int:
    return sum("image/png" in output.get("data", {}) for output in cell.outputs)


def test_counts_equal_those_of_the_corpus(executed: NotebookNode) -> None:
    manifest = json.loads((ROOT / "statecode" / "data" / "embedded" / "manifest.json").read_text())
    [shown] = [text for kind, text in all_texts(executed) if kind == "text/plain" and "problems" in text]
    runs = {line.split()[0]: int(line.split()[1]) for line in shown.splitlines()[1:]}
    assert runs == manifest["counts"]["runs"]


def all_texts(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [found for cell in code_cells(notebook) for found in texts(cell)]


def table_after(notebook: NotebookNode, title: str) -> list[tuple[str, str]]:
    """Return the rows of the first table of states below a heading: source and variables, changed ones in asterisks."""
    start = next(i for i, cell in enumerate(notebook.cells) if cell.source.startswith(title))
    outputs = [text for cell in notebook.cells[start:] for kind, text in texts_of_any(cell) if kind == "text/html"]
    cells = re.findall(r"<pre>(.*?)</pre>", next(text for text in outputs if "line that ran" in text), re.DOTALL)
    plain = [unescape(re.sub("</?b>", "*", cell)).strip() for cell in cells]
    return list(zip(plain[::2], plain[1::2], strict=True))


def texts_of_any(cell: NotebookNode) -> list[tuple[str, str]]:
    return texts(cell) if cell.cell_type == "code" else []


def test_table_shows_the_variables_after_each_line(executed: NotebookNode) -> None:
    # computed by hand: "2 3 + *" fails at the second operand of *
    loop = "2  for token in input().split():"
    digit = "3      if token.isdigit():"
    push = "4          stack.append(int(token))"
    pop = "6          right, left = stack.pop(), stack.pop()"
    apply = '7          stack.append(left + right if token == "+" else left * right)'
    assert table_after(executed, "## A program of your own") == [
        ("1  stack = []", "*stack = []*"),
        (loop, "stack = []   *token = '2'*"),
        (digit, "stack = []   token = '2'"),
        (push, "*stack = [2]*   token = '2'"),
        (loop, "stack = [2]   *token = '3'*"),
        (digit, "stack = [2]   token = '3'"),
        (push, "*stack = [2, 3]*   token = '3'"),
        (loop, "stack = [2, 3]   *token = '+'*"),
        (digit, "stack = [2, 3]   token = '+'"),
        (pop, "*stack = []*   token = '+'   *right = 3*   *left = 2*"),
        (apply, "*stack = [5]*   token = '+'   right = 3   left = 2"),
        (loop, "stack = [5]   *token = '*'*   right = 3   left = 2"),
        (digit, "stack = [5]   token = '*'   right = 3   left = 2"),
        (pop, "*stack = []*   token = '*'   right = 3   left = 2"),
    ]


@not_while_rewriting
def test_committed_notebook_is_clean(committed: NotebookNode) -> None:
    assert NOTEBOOK.stat().st_size <= MAX_BYTES
    cells = code_cells(committed)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(not cell.metadata for cell in cells)
    for kind, text in all_texts(committed):
        assert kind != "stderr"
        assert not re.search(r"0x[0-9a-fA-F]{4,}", text), "a memory address"
        assert not re.search(r"(?<![\w<.])/\w+/\w+|[A-Z]:\\", re.sub(r"</?\w+", "<", text)), "an absolute path"


def test_cells_and_functions_are_short(committed: NotebookNode) -> None:
    for cell in code_cells(committed):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MAX_CELL_LINES, cell.source
        for function in functions(cell.source):
            assert function.end_lineno - function.lineno < MAX_FUNCTION_LINES, function.name


def functions(source: str) -> list[Any]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
