"""Test the notebooks: they run in a new kernel, write nothing to stderr, and their outputs equal the committed ones.

The outputs of cells with the tag `varies` contain numbers of trained models, which differ between machines. They have
the same kinds as the committed ones, and the tests check what the text of the notebook states about them.

The notebooks must not contain logic of their own: cells and functions have a maximum length. After a change that affects
their outputs, rewrite them and check the plots by eye:

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

NOTEBOOKS = ROOT / "notebooks"
every_notebook = pytest.mark.parametrize("name", ["explore", "evaluate"])
REWRITE = bool(os.environ.get("STATECODE_REWRITE_NOTEBOOK"))
not_while_rewriting = pytest.mark.skipif(REWRITE, reason="STATECODE_REWRITE_NOTEBOOK: the outputs are being rewritten")
MAX_BYTES = 400_000
MAX_CELL_LINES = 15
MAX_FUNCTION_LINES = 10
CELL_TIMEOUT_S = 240  # all cells of a notebook together take about a minute of one idle core
VARIES = {"tags": ["varies"]}  # metadata of a cell whose outputs differ between machines


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


def read_notebook(name: str) -> NotebookNode:
    import nbformat

    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    return notebook


@pytest.fixture
def committed(name: str) -> NotebookNode:
    return read_notebook(name)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Set up a kernel of this interpreter, an empty cache and no network; yield the folder of the working folders."""
    import matplotlib.font_manager  # noqa: F401  the very first import is slow and writes a notice to stderr

    folder = tmp_path_factory.mktemp("notebook")
    kernel = folder / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    folders = {"JUPYTER_PATH": "jupyter", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython", "HF_HOME": "hf"}
    (folder / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in folders.items():
            patch.setenv(name, str(folder / value))
        patch.setenv("HF_DATASETS_CACHE", str(folder / "hf" / "datasets"))
        patch.setenv("TMPDIR", str(folder / "tmp"))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.delenv("PYTHONWARNINGS", raising=False)
        yield folder


def execute(name: str, folder: Path) -> NotebookNode:
    """Run the cells of a notebook in an empty working folder, and return it with the new outputs."""
    import nbformat
    from nbclient import NotebookClient

    notebook = read_notebook(name)
    (folder / name).mkdir()
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT_S,
        startup_timeout=CELL_TIMEOUT_S,
        record_timing=False,
        resources={"metadata": {"path": str(folder / name)}},
    )
    client.execute()  # raises CellExecutionError with the cell and its traceback
    if REWRITE:
        notebook.metadata = read_notebook(name).metadata  # without the version of this interpreter
        nbformat.write(notebook, NOTEBOOKS / f"{name}.ipynb")
    return notebook


@pytest.fixture(scope="module")
def explore(environment: Path) -> NotebookNode:
    return execute("explore", environment)


@pytest.fixture(scope="module")
def evaluate(environment: Path) -> NotebookNode:
    return execute("evaluate", environment)


@pytest.fixture
def executed(name: str, request: pytest.FixtureRequest) -> NotebookNode:
    return request.getfixturevalue(name)


@every_notebook
def test_notebook_writes_nothing_to_stderr(executed: NotebookNode) -> None:
    for cell in code_cells(executed):
        assert cell.execution_count is not None
        assert [text for kind, text in texts(cell) if kind == "stderr"] == [], cell.source


@every_notebook
def test_notebook_leaves_no_files(name: str, executed: NotebookNode, environment: Path) -> None:
    assert list((environment / name).iterdir()) == []
    assert list((environment / "tmp").glob("tmp*")) == []  # torch keeps its cache there


@every_notebook
@not_while_rewriting
@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 reports the call of the module on line 1, not 0")
def test_outputs_equal_the_committed_ones(executed: NotebookNode, committed: NotebookNode) -> None:
    for cell, expected in zip(code_cells(executed), code_cells(committed), strict=True):
        if cell.metadata == VARIES:
            assert [kind for kind, _ in texts(cell)] == [kind for kind, _ in texts(expected)]
        else:
            assert texts(cell) == texts(expected), f"{cell.source}\n\nIf it is intended, see the docstring of this file."
        assert pictures(cell) == pictures(expected)


def pictures(cell: NotebookNode) -> int:
    return sum("image/png" in output.get("data", {}) for output in cell.outputs)


def test_counts_equal_those_of_the_corpus(explore: NotebookNode) -> None:
    manifest = json.loads((ROOT / "statecode" / "data" / "embedded" / "manifest.json").read_text())
    [shown] = [text for kind, text in all_texts(explore) if kind == "text/plain" and "problems" in text]
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


def test_table_shows_the_variables_after_each_line(explore: NotebookNode) -> None:
    # computed by hand: "2 3 + *" fails at the second operand of *
    loop = "2  for token in input().split():"
    digit = "3      if token.isdigit():"
    push = "4          stack.append(int(token))"
    pop = "6          right, left = stack.pop(), stack.pop()"
    apply = '7          stack.append(left + right if token == "+" else left * right)'
    assert table_after(explore, "## A program of your own") == [
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


def output_with(notebook: NotebookNode, kind: str, part: str) -> str:
    """Return the only output of a kind that contains a text."""
    [found] = [text for of_kind, text in all_texts(notebook) if of_kind == kind and part in text]
    return found


def markdown_rows(text: str) -> list[dict[str, str]]:
    """Return the rows of the only Markdown table in a text, by the names of the columns."""
    header, _, *rows = [re.split(r" *(?<!\\)\| *", line)[1:-1] for line in text.splitlines() if line.startswith("|")]
    return [dict(zip(header, row, strict=True)) for row in rows]


def kinds_of(notebook: NotebookNode) -> dict[str, dict[str, str]]:
    return {row["kind"]: row for row in markdown_rows(output_with(notebook, "text/markdown", "nats/token"))}


def numbers_of(text: str) -> dict[str, list[float]]:
    """Return the numbers in each row of a data frame by the last word of its label."""
    found = [re.fullmatch(r"(?:.* )?(\w+)((?: +-?[\d.]+)+)", line) for line in text.splitlines()[1:]]
    return {match[1]: [float(number) for number in match[2].split()] for match in found if match}


def test_loss_by_kind_is_what_the_text_states(evaluate: NotebookNode) -> None:
    rows = kinds_of(evaluate)
    total = rows.pop("all")
    assert sum(int(row["tokens"].replace(",", "")) for row in rows.values()) == int(total["tokens"].replace(",", ""))
    for column in ("% of tokens", "% of loss"):
        assert sum(float(row[column]) for row in rows.values()) == pytest.approx(100, abs=0.5)
    assert 2 < float(total["perplexity"]) < 4                      # "about 3"
    source_and_syntax = float(rows["source"]["% of tokens"]) + float(rows["syntax"]["% of tokens"])
    assert source_and_syntax > 200 / 3
    quotient = {kind: float(row["nats/token"]) / float(row["5-gram, nats/token"]) for kind, row in rows.items()}
    assert quotient["line_number"] < 0.6                           # "a far lower loss"
    assert 0.85 < quotient["new_value"] < 1.15                     # "about as good"
    assert 2 < float(rows["new_value"]["nats/token"]) < 2.6        # about ln 10


@not_while_rewriting
def test_baselines_do_not_vary(evaluate: NotebookNode) -> None:
    same = ("tokens", "bytes", "5-gram, nats/token", "copied right %")
    now, before = kinds_of(evaluate), kinds_of(read_notebook("evaluate"))
    assert {kind: [row[column] for column in same] for kind, row in now.items()} == {
        kind: [row[column] for column in same] for kind, row in before.items()}


def test_interpreter_scores_are_what_the_text_states(evaluate: NotebookNode) -> None:
    shares = numbers_of(output_with(evaluate, "text/plain", "trace_exact"))
    assert list(shares) == ["trace_exact", "output", "exact", "control", "state"]
    assert all(0 <= share <= 100 for pair in shares.values() for share in pair)
    trace_exact, control, state = (shares[name][1] for name in ("trace_exact", "control", "state"))
    assert trace_exact < 10          # "hardly one is right"
    assert control > 50              # "in most cases"
    assert state < control - 20      # "in far fewer"


def test_written_trace_differs_first_in_the_marked_line(evaluate: NotebookNode) -> None:
    text = output_with(evaluate, "text/markdown", "| real |")
    rows = markdown_rows(text)
    [marked] = [number for number, row in enumerate(rows) if row[""]]
    equal = [row["real"] == row["written"] for row in rows]
    assert all(equal[:marked]) and not equal[marked]
    right, events = map(int, re.findall(r"(\d+) of (\d+) events are right", text)[0])
    assert 0 < right < events


def test_more_training_lowers_the_loss_but_hardly_that_of_new_values(evaluate: NotebookNode) -> None:
    short, long = (float(row["loss (nats per token)"])
                   for row in markdown_rows(output_with(evaluate, "text/markdown", "weights from")))
    assert long < 0.75 * short
    changes = {kind: row[2] for kind, row in numbers_of(output_with(evaluate, "text/plain", "change")).items()}
    assert all(changes[kind] < 2 * changes["new_value"] < 0 for kind in ("line_number", "source", "syntax"))


@every_notebook
@not_while_rewriting
def test_committed_notebook_is_clean(name: str, committed: NotebookNode) -> None:
    assert (NOTEBOOKS / f"{name}.ipynb").stat().st_size <= MAX_BYTES
    cells = code_cells(committed)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell.metadata in ({}, VARIES) for cell in cells)
    for kind, text in all_texts(committed):
        assert kind != "stderr"
        assert not re.search(r"0x[0-9a-fA-F]{4,}", text), "a memory address"
        assert not re.search(r"(?<![\w<.])/\w+/\w+|[A-Z]:\\", re.sub(r"</?\w+", "<", text)), "an absolute path"


@every_notebook
def test_cells_and_functions_are_short(committed: NotebookNode) -> None:
    for cell in code_cells(committed):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MAX_CELL_LINES, cell.source
        for function in functions(cell.source):
            assert function.end_lineno - function.lineno < MAX_FUNCTION_LINES, function.name


def functions(source: str) -> list[Any]:
    python = re.sub(r"(?m)^%.*", "", source)  # without magic commands
    return [node for node in ast.walk(ast.parse(python)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
