"""Check which modules programs can import, and that statecode's hidden modules still work."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ConfigError
from statecode.tracing.engines.registry import SNOOP
from statecode.tracing.sandbox.imports import AllowedPackages, allowed_packages
from tests.support.paths import ROOT

RICH = {"rich", "markdown_it", "mdurl", "pygments"}  # statecode requires rich, so it is everywhere
HIDDEN = ("statecode", "snoop", "cheap_repr", "executing", "asttokens", "pygments")

# Prepares a process like a child before its program runs. The audit hook replaces Landlock: it refuses to open
# files below the folder of packages.
RESTRICTED = """
import json, sys
sys.path.insert(1, sys.argv[3])
for name in ("numpy", "pandas", "django"):
    sys.modules[name] = None
from statecode.tracing.forkserver import child
from statecode.tracing.sandbox import imports
child.tracer_type(sys.argv[4])
for name in ("numpy", "pandas", "django"):
    del sys.modules[name]
allowed = imports.AllowedPackages(*map(tuple, json.loads(sys.argv[1])))
imports.restrict_imports(allowed)

def guard(event, arguments, folder=sys.argv[2]):
    path = str(arguments[0]) if event in ("open", "os.listdir", "os.scandir") else ""
    if (path + "/").startswith(folder + "/") and not any((path + "/").startswith(p + "/") for p in allowed.paths):
        raise PermissionError(f"forbidden: {path}")

sys.addaudithook(guard)
folder = sys.argv[2]
"""


def run_restricted(program: str, allowed: AllowedPackages = AllowedPackages()) -> Any:
    """Run a program after `restrict_imports`, in an empty folder; return the value of its variable `result`."""
    packages = str(Path(importlib.util.find_spec("rich").origin).parent.parent)
    code = f"{RESTRICTED}\n{program}\nprint(json.dumps(result))"
    command = [sys.executable, "-s", "-B", "-c", code, json.dumps(allowed), packages, str(ROOT), SNOOP.tracer]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert process.stderr == ""
    return json.loads(process.stdout)


def test_requirements_are_allowed_too() -> None:
    allowed = allowed_packages(["rich"])
    assert RICH <= set(allowed.names)
    assert not {"requests", "snoop", "statecode"} & set(allowed.names)
    folders = {os.path.basename(path).partition("-")[0] for path in allowed.paths if path.endswith(".dist-info")}
    assert {"rich", "markdown_it_py", "mdurl"} <= folders
    assert all(os.path.isabs(path) and os.path.exists(path) for path in allowed.paths)


def test_only_applicable_requirements_are_allowed(tmp_path, monkeypatch) -> None:
    """Check requirements of which one applies; the others need an extra or another Python, or are not installed."""
    (tmp_path / "made_up-1.dist-info").mkdir()
    (tmp_path / "made_up").mkdir()
    (tmp_path / "made_up" / "__init__.py").write_text("")
    (tmp_path / "made_up-1.dist-info" / "RECORD").write_text("made_up/__init__.py,,\nmade_up-1.dist-info/METADATA,,\n")
    (tmp_path / "made_up-1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: made-up\nVersion: 1\nRequires-Dist: packaging (>=20)\n"
        "Requires-Dist: requests[socks]>=2 ; extra == 'web'\nRequires-Dist: rich; python_version < '3'\n"
        "Requires-Dist: nosuchthing\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    allowed = allowed_packages(["made_up"])
    assert allowed.names == ("made_up", "packaging")
    assert {str(tmp_path / "made_up"), str(tmp_path / "made_up-1.dist-info")} <= set(allowed.paths)
    monkeypatch.setitem(sys.modules, "packaging.markers", None)  # not installed: then only extras are skipped
    names = set(allowed_packages(["made_up"]).names)
    assert "rich" in names and "requests" not in names


def test_folders_of_libraries_are_allowed() -> None:
    pytest.importorskip("numpy", reason="needs numpy: pip install numpy")
    names = {os.path.basename(path) for path in allowed_packages(["numpy"]).paths}
    libraries = Path(importlib.util.find_spec("numpy").origin).parent.parent / "numpy.libs"
    assert "numpy" in names and ("numpy.libs" in names) == libraries.is_dir()


def test_single_file_modules_with_their_bytecode() -> None:
    spec = importlib.util.find_spec("typing_extensions")
    if spec is None:
        pytest.skip("needs typing_extensions")
    allowed = allowed_packages(["typing_extensions"])
    assert allowed.names == ("typing_extensions",)
    assert {spec.origin} <= set(allowed.paths) <= {spec.origin, spec.cached, *metadata_folders("typing_extensions")}


def metadata_folders(name: str) -> set[str]:
    return {str(importlib.metadata.distribution(name)._path)}


def test_a_module_without_metadata(tmp_path, monkeypatch) -> None:
    (tmp_path / "lonely.py").write_text("")
    (tmp_path / "no_package").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert allowed_packages(["lonely"]) == AllowedPackages(("lonely",), (str(tmp_path / "lonely.py"),))
    with pytest.raises(ConfigError):
        allowed_packages(["no_package"])


def test_the_standard_library_is_always_allowed() -> None:
    assert allowed_packages(["json", "os"]) == AllowedPackages()


@pytest.mark.parametrize("name, message", [
    ("nosuchthing", "there is no package 'nosuchthing' in {prefix}; install the distribution that contains it, or leave the name out"),
    ("rich.table", "there is no package 'rich.table' in {prefix}; allow 'rich'"),
    ("markdown-it-py", "'markdown-it-py' is not an import name; use markdown_it"),
    ("", "there is no package '' in {prefix}; install the distribution that contains it, or leave the name out"),
])
def test_unknown_names_are_refused(name, message) -> None:
    with pytest.raises(ConfigError) as caught:
        allowed_packages([name])
    assert str(caught.value) == "allowed packages: " + message.format(prefix=sys.prefix)


def test_other_packages_are_not_found() -> None:
    """Check that the usual error is raised if the package is installed, already loaded, or in a folder of `sys.path`."""
    result = run_restricted("""
import importlib
result = {}
for name in json.loads('NAMES'):
    for _ in range(2):
        try:
            importlib.import_module(name)
        except ImportError as error:
            result[name] = [type(error).__name__, str(error), error.name]
        sys.path.append(folder)
import sqlite3, xml.dom.minidom, concurrent.futures
""".replace("NAMES", json.dumps([*HIDDEN, "requests", "pip", "nosuchthing", "_distutils_hack"])))
    assert result == {
        name: ["ModuleNotFoundError", f"No module named {name!r}", name]
        for name in (*HIDDEN, "requests", "pip", "nosuchthing", "_distutils_hack")
    }


def test_own_modules_are_hidden() -> None:
    result = run_restricted("""
result = {
    "modules": sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names),
    "finders": [finder.__name__ for finder in sys.meta_path],
    "path": [entry for entry in sys.path if entry and "packages" in entry or entry == sys.argv[3]],
    "first": sys.path[0],
}
""")
    finders = ["BuiltinImporter", "FrozenImporter", "PathFinder"]
    assert result == {"modules": ["__main__"], "finders": finders, "path": [], "first": ""}


def test_only_allowed_packages_are_found() -> None:
    """Check that the folder of packages cannot be listed, and that the program imports its own pygments, not the hidden one."""
    result = run_restricted("""
from importlib import metadata
from rich.table import Table
import pygments, pygments.lexers
result = {"rich": metadata.version("rich"), "hidden": pygments is imports._hidden_modules["pygments"]}
result["distributions"] = sorted(found.metadata["Name"] for found in metadata.distributions())
try:
    import requests
except ModuleNotFoundError as error:
    result["requests"] = str(error)
try:
    metadata.version("requests")
except metadata.PackageNotFoundError:
    result["version"] = None
""", allowed_packages(["rich"]))
    assert {name.lower() for name in result.pop("distributions")} >= {"rich", "pygments", "mdurl", "markdown-it-py"}
    assert result == {
        "rich": importlib.metadata.version("rich"), "hidden": False, "requests": "No module named 'requests'", "version": None,
    }


def test_snoop_describes_an_exception_after_the_restriction() -> None:
    """For this snoop imports modules that the program itself cannot import."""
    result = run_restricted("""
import io, linecache
snoop, texts = imports._hidden_modules["snoop"], []
source = "def f():\\n    return int('x')\\ntry:\\n    f()\\nexcept ValueError:\\n    pass\\n"
linecache.cache["program.py"] = (len(source), None, list(io.StringIO(source)), "program.py")
code = compile(source, "program.py", "exec")
config = snoop.Config(out=texts.append, columns="", color=False)
tracer = config.snoop(depth=1)
tracer.target_codes.update({code, code.co_consts[0]})
config.thread_local.depth = -1
sys.settrace(tracer.trace)
exec(code, {})
sys.settrace(None)
result = "".join(texts).splitlines()
""")
    assert "     !!! When calling: int('x')" in result
    assert " !!! When calling: f()" in result


def test_every_late_import_of_snoop_is_known() -> None:
    """Check that each function with an import is redirected, reads a package of the program, or never runs while tracing."""
    redirected = {"Source.asttext", "Source.asttokens", "Source._asttext_base", "ASTTokens.mark_tokens"}
    in_program = {"repr_ndarray", "repr_DataFrame", "repr_pandas_Series"}
    not_while_tracing = {"is_pytest_compatible", "Spy.__call__", "Spy._trace", "Tracer.load_ipython_extension"}
    optional = {"Config.__init__"}  # tries two printers that are not required
    found = set()
    for package in ("snoop", "cheap_repr", "executing", "asttokens"):
        for path in Path(importlib.util.find_spec(package).origin).parent.glob("*.py"):
            if path.name != "ipython.py":
                found |= functions_with_imports(ast.parse(path.read_text(encoding="utf-8")), "")
    assert found == redirected | in_program | not_while_tracing | optional


def functions_with_imports(node: ast.AST, prefix: str) -> set[str]:
    """Return the qualified names of the functions that contain an import statement."""
    found = set()
    for child in ast.iter_child_nodes(node):
        name = prefix + (getattr(child, "name", None) or "")
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found |= {name} if any(isinstance(inner, (ast.Import, ast.ImportFrom)) for inner in ast.walk(child)) else set()
        else:
            found |= functions_with_imports(child, f"{name}." if isinstance(child, ast.ClassDef) else prefix)
    return found
