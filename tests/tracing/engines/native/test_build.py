"""Test the distributions: a wheel contains the native engine; without a C compiler the package installs without it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.support.make_environments import ROOT, requirements

SOURCE = ROOT / "statecode" / "tracing" / "engines" / "native"
pytestmark = pytest.mark.one_python
FILES = ("setup.py", "setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE")
NOT_NEEDED = re.compile("pyarrow|huggingface_hub|requests|tqdm")  # requirements that tracing does not import
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "STATECODE_NATIVE")}


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env={**ENVIRONMENT, **environment}, capture_output=True, text=True
    )


def pip(python: Path, *arguments: str | Path, cwd: Path, **environment: str) -> None:
    done = run(python, "-m", "pip", "--disable-pip-version-check", *arguments, cwd=cwd, **environment)
    if done.returncode:
        reason = f"pip {arguments[0]}: {(done.stderr.strip().splitlines() or ['no message on stderr'])[-1]}"
        if os.environ.get("STATECODE_OFFLINE"):
            pytest.skip(reason)
        pytest.fail(f"{reason}; set STATECODE_OFFLINE=1 to skip these tests")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source distribution of this checkout without the corpora."""
    tree = tmp_path_factory.mktemp("tree")
    for name in FILES:
        shutil.copy(ROOT / name, tree)
    ignored = shutil.ignore_patterns("*.so", "data", "__pycache__")
    shutil.copytree(ROOT / "statecode", tree / "statecode", ignore=ignored)
    done = run(sys.executable, "setup.py", "--quiet", "sdist", cwd=tree)
    assert done.returncode == 0, done.stderr
    (archive,) = (tree / "dist").iterdir()
    return archive


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment with the requirements of tracing; each test installs statecode into it."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    needed = [line for line in requirements() if not NOT_NEEDED.match(line)]
    python = folder / "bin" / "python"
    pip(python, "install", "-c", ROOT / "constraints.txt", *needed, cwd=folder)
    return python


@pytest.fixture(scope="module")
def wheel(sdist: Path, python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(python, "wheel", "--no-deps", "--wheel-dir", folder, sdist, cwd=folder)
    (wheel,) = folder.iterdir()
    return wheel


def test_the_source_distribution_contains_the_source_of_the_engine(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        contained = {Path(name).name for name in archive.getnames() if "/tracing/engines/native/" in name}
        assert any(name.endswith("/tracing/wire/_records.c") for name in archive.getnames())
    sources = {path.name for path in SOURCE.iterdir() if path.suffix in (".c", ".h", ".py")}
    assert contained == sources and "_engine.c" in contained


def test_a_wheel_is_for_one_interpreter_and_contains_the_engine(sdist: Path, wheel: Path) -> None:
    version = "cp{}{}".format(*sys.version_info)
    assert f"-{version}-{version}-" in wheel.name and not wheel.name.endswith("-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        built = {name: archive.read(name) for name in archive.namelist() if name.endswith(".so")}
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    modules = ("engines/native/_engine", "wire/_records")
    assert set(built) == {f"statecode/tracing/{name}{suffix}" for name in modules}
    for folder in (sdist.parent.parent, ROOT):
        assert not any(os.fsencode(folder) in content for content in built.values())


def test_an_installed_wheel_can_trace(wheel: Path, python: Path, tmp_path: Path) -> None:
    pip(python, "install", "--no-deps", "--force-reinstall", wheel, cwd=tmp_path)
    script = (
        "import statecode; trace = statecode.trace('x = 1\\nprint(x + 1)\\n', engine='native');"
        "print(trace.engine, trace.status.value, trace.stdout.strip(), len(trace.events));"
        "from statecode.tracing.wire import reader; print(reader.is_built())"
    )
    done = run(python, "-c", script, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("native ok 2 4\nTrue\n", "")
    doctor = run(python, "-m", "statecode", "doctor", cwd=tmp_path)
    assert re.search("^native engine +built *$", doctor.stdout, re.MULTILINE), doctor.stdout + doctor.stderr


def test_without_a_compiler_the_engine_snoop_records(sdist: Path, python: Path, tmp_path: Path) -> None:
    pip(python, "install", "--no-deps", "--force-reinstall", sdist, cwd=tmp_path, CC="false")
    (tmp_path / "one.py").write_text("print(1)\n")
    done = run(python, "-m", "statecode", "trace", "one.py", cwd=tmp_path)
    assert done.returncode == 0
    warned = [line for line in done.stderr.splitlines() if "not built for this Python" in line]
    assert len(warned) == 1 and done.stderr.count("\n") == 1 + len(warned)
    doctor = run(python, "-m", "statecode", "doctor", cwd=tmp_path)
    assert doctor.stderr == ""
    assert re.search("^native engine +it was not built for this Python; ", doctor.stdout, re.MULTILINE)


def test_a_failed_build_is_an_error_only_if_the_engine_is_required(sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (tree,) = tmp_path.iterdir()
    build = (sys.executable, "setup.py", "build_ext", "--inplace")
    assert run(*build, cwd=tree, CC="false").returncode == 0
    assert run(*build, cwd=tree, CC="false", STATECODE_NATIVE="required").returncode == 1
    assert run(*build, cwd=tree, STATECODE_NATIVE="required").returncode == 0
