"""Check that the repr functions and settings of the native engine equal snoop's, and that snoop is not imported."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import json
import subprocess
import sys

import pytest
import snoop.configuration
import snoop.utils

from statecode.records import Program
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines import native
from statecode.tracing.engines.native import repr_functions
from statecode.tracing.engines.registry import NATIVE, SNOOP
from tests.support.numpy_programs import NUMPY, PANDAS

COPIES = ("my_cheap_repr", "len_shape_watch", "dtype_watch", "_sample_indices", "_repr_series_one_line")
SETTINGS = """
import json, sys
sys.modules.update(numpy=None, pandas=None, django=None)
if sys.argv[1] == "snoop":
    import cheap_repr, snoop
else:
    from statecode.tracing.engines.native.repr_functions import package as cheap_repr
print(json.dumps([
    sorted((kind.__qualname__, reader.__name__, reader.maxparts) for kind, reader in cheap_repr.repr_registry.items()),
    "snoop" in sys.modules, "cheap_repr" in sys.modules,
]))
"""
LOADED = """
import json, sys
from statecode.tracing.forkserver import server
server._import_without_heavy_packages(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""


needs_engine = pytest.mark.skipif(not native.available(), reason=native.reason())


def bodies(*modules: object) -> dict[str, str]:
    """Return function name → source, without its docstring and without the final `return None` that mypy requires."""
    found = {}
    for node in ast.walk(ast.Module([ast.parse(inspect.getsource(module)) for module in modules], [])):  # type: ignore
        if isinstance(node, ast.FunctionDef):
            body = [ast.unparse(statement) for statement in node.body if not is_docstring(statement)]
            found[node.name] = "\n".join(body[:-1] if body[-1] == "return None" else body)
    return found


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def output(script: str, *arguments: str):
    return json.loads(subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, check=True).stdout)


@pytest.mark.parametrize("name", COPIES)
def test_a_copied_function_equals_that_of_snoop(name) -> None:
    assert bodies(repr_functions)[name] == bodies(snoop.utils, snoop.configuration)[name]


def test_the_constants_equal_those_of_snoop() -> None:
    ours = repr_functions.REPR_TARGET_LENGTH, repr_functions.HIDDEN_PREFIX
    assert ours == (snoop.utils.REPR_TARGET_LENGTH, snoop.utils.pp_name_prefix)


def test_the_settings_of_cheap_repr_equal_those_of_snoop() -> None:
    """Compare repr functions and settings in new interpreters without numpy and pandas, as in the fork server."""
    (registry, *imported), (theirs, *imported_there) = (output(SETTINGS, name) for name in ("", "snoop"))
    assert imported == [False, False] and imported_there == [True, True]
    assert registry == theirs


@needs_engine
def test_the_fork_server_of_the_native_engine_does_not_import_snoop() -> None:
    heavy = {"snoop", "cheap_repr", "executing", "asttokens", "pygments", "tempfile", "numpy", "pandas"}
    assert "snoop" in output(LOADED, SNOOP.tracer)
    assert not heavy & set(output(LOADED, NATIVE.tracer))


@needs_engine
@pytest.mark.parametrize("name", ["numpy " + name for name in NUMPY] + [
    pytest.param("pandas " + name, marks=pytest.mark.one_python) for name in PANDAS
])
def test_arrays_and_data_frames_have_the_reprs_of_snoop(runners, name) -> None:
    package, _, rest = name.partition(" ")
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"needs {package}: pip install {package}")
    program = Program(program_id="p", problem_id="p", code=(NUMPY if package == "numpy" else PANDAS)[rest])
    ours, theirs = (runner.run(program).trace for runner in runners)
    assert ours.content() == theirs.content()


@pytest.fixture(scope="module")
def runners():
    fast, slow = (RunOptions(engine=engine, trust_programs=True) for engine in ("native", "snoop"))
    with SandboxRunner(fast) as ours, SandboxRunner(slow) as theirs:
        yield ours, theirs
