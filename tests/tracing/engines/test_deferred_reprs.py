"""Check that arrays and data frames have the same reprs as in snoop, although the functions are registered later."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from statecode.records import Program, Status
from statecode.tracing import SandboxRunner
from statecode.tracing.sandbox.isolation import isolation_for
from statecode.views import render
from tests.reference.normalised import normalised
from tests.reference.runs import snoop_text
from tests.support.numpy_programs import NUMPY, PANDAS


def missing(package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(importlib.util.find_spec(package) is None, reason=f"needs {package}: pip install {package}")


@pytest.fixture(scope="module")
def runner():
    with SandboxRunner(isolation=isolation_for(trust_programs=True)) as runner:
        yield runner


def assert_equal_to_reference(runner: SandboxRunner, code: str) -> None:
    trace = runner.run(Program(program_id="p", problem_id="p", code=code)).trace
    assert (trace.status, trace.stderr) == (Status.OK, "")
    assert render(trace, "snoop").split("\n") == normalised(snoop_text(code, "")).split("\n")


@missing("numpy")
@pytest.mark.parametrize("name", NUMPY)
def test_arrays_equal_the_reference(runner, name) -> None:
    assert_equal_to_reference(runner, NUMPY[name])


@pytest.mark.one_python
@missing("pandas")
@pytest.mark.parametrize("name", PANDAS)
def test_data_frames_equal_the_reference(runner, name) -> None:
    assert_equal_to_reference(runner, PANDAS[name])


@missing("numpy")
def test_arrays_have_the_repr_of_snoop(runner) -> None:
    """Check the repr of a thousand numbers; numpy's own is longer, and cheap_repr would shorten it in the middle."""
    code = "import numpy\nx = numpy.arange(1000)\n"
    trace = runner.run(Program(program_id="p", problem_id="p", code=code)).trace
    values = {change.name: change.value for event in trace.events for change in event.changes}
    assert values["x"].startswith("array([  0,   1,   2, ..., 997, 998, 999]")
    assert values["x.shape"] == "(1000,)"


@missing("pandas")
def test_pandas_fits_into_the_default_limits(runner) -> None:
    """Check that it takes at most half of the CPU limit: 0.5 s, and 400 MB of addresses, or 130 MB without pyarrow."""
    run = runner.run(Program(program_id="p", problem_id="p", code="import pandas\nx = pandas.Series([1])\n"))
    assert run.trace.status is Status.OK
    assert run.cpu_s < 0.5 * runner.options.limits.cpu_s


def test_every_repr_function_that_snoop_registers_is_known() -> None:
    """Check that the table equals the registrations in cheap_repr's source for packages that may be missing."""
    script = "import json; from statecode.tracing.engines.deferred_reprs import REPR_FUNCTIONS; print(json.dumps(REPR_FUNCTIONS))"
    ours = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    registered: dict[str, dict[str, str]] = {}
    source = Path(importlib.util.find_spec("cheap_repr").origin).read_text(encoding="utf-8")
    for function in ast.walk(ast.parse(source)):
        for decorator in getattr(function, "decorator_list", ()):
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "try_register_repr":
                module, name = map(ast.literal_eval, decorator.args)
                registered.setdefault(module, {})[name] = function.name
    heavy = {module: names for module, names in registered.items() if module.partition(".")[0] in ("numpy", "pandas", "django")}
    assert heavy == json.loads(ours)
