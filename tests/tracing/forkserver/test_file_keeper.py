"""Test files of programs: what a program finds, what is kept of its folder, and that nothing is left for the next one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import statecode
from statecode.errors import ConfigError, IsolationError
from statecode.programs import load_programs
from statecode.records import MAX_FILE_BYTES, MAX_FILES, Limits, Program, Status, Trace
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.forkserver import client, file_keeper
from statecode.tracing.sandbox import namespaces
from statecode.tracing.sandbox.isolation import Isolation, Mode
from statecode.tracing.sandbox.namespaces import bubblewrap_command
from tests.support.runners import MODES, children_of, fork_server_pid, isolation_or_skip

LISTS = "import os\nprint(sorted(os.listdir('.')))\n"


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    with SandboxRunner(RunOptions(files="{}"), isolation=isolation_or_skip("full")) as started:
        yield started


def run(runner: SandboxRunner, code: str, files: dict[str, str] | None = None, limits: Limits | None = None) -> Trace:
    text = None if files is None else json.dumps(files)
    return runner.run(Program(program_id="p", problem_id="p", code=code, files=text), limits=limits).trace


def kept(trace: Trace) -> dict[str, str]:
    return {} if trace.files is None else json.loads(trace.files)


def test_new_and_changed_files_are_kept(runner: SandboxRunner) -> None:
    trace = run(runner, """
import os
print(open("read").read(), open("changed").read())
open("changed", "a").write("!")
open("same", "w").write("same")
open("é", "wb").write(b"\\xff\\n")
open("old", "w").close(); os.rename("old", "new"); os.remove("removed")
""", {"read": "text", "changed": "déjà", "same": "same", "removed": "x"})
    assert (trace.status, trace.stdout) == (Status.OK, "text déjà\n")
    assert kept(trace) == {"changed": "déjà!", "é": "\\xff\n", "new": ""}


def test_the_next_program_finds_its_own_files_only(runner: SandboxRunner) -> None:
    assert kept(run(runner, "open('left', 'w').write('x')\n", {"first": ""})) == {"left": "x"}
    trace = run(runner, LISTS, {"second": ""})
    assert (trace.stdout, trace.files) == ("['second']\n", None)


def test_without_files_the_folder_is_read_only(runner: SandboxRunner) -> None:
    with SandboxRunner(isolation=isolation_or_skip("full")) as both:
        assert kept(run(both, "open('a', 'w')", {})) == {"a": ""}
        trace = run(both, LISTS + "open('a', 'w')\n")
        assert (trace.stdout, trace.files) == ("[]\n", None)
        assert trace.exception is not None and trace.exception.type == "OSError"
        assert "Read-only" in trace.exception.message


def test_a_program_with_files_of_its_own_finds_no_others() -> None:
    with SandboxRunner(RunOptions(files='{"a": ""}'), isolation=isolation_or_skip("full")) as runner:
        assert run(runner, LISTS).stdout == "['a']\n"
        assert run(runner, LISTS, {"b": ""}).stdout == "['b']\n"


def test_what_is_kept_is_bounded(runner: SandboxRunner) -> None:
    trace = run(runner, "for number in range(200): open(f'{number:03}', 'w').close()\n", {})
    assert list(kept(trace)) == [f"{number:03}" for number in range(MAX_FILES)]
    sparse = "for number in range(20):\n    with open(f'{number:02}', 'wb') as file: file.truncate(2**20)\n"
    trace = run(runner, sparse + "open('small', 'w').write('x')\n", {})
    assert list(kept(trace)) == ["00", "01", "02", "03"], "together not more than the limit"
    assert sum(map(len, kept(trace).values())) == MAX_FILE_BYTES


def test_a_file_of_the_size_limit_and_a_larger_one(runner: SandboxRunner) -> None:
    limits = Limits(output_bytes=1_000)
    trace = run(runner, "open('f', 'w').write('x' * 1_000)\n", {}, limits)
    assert (trace.status, kept(trace)) == (Status.OK, {"f": "x" * 1_000})
    trace = run(runner, "open('f', 'w').write('x' * 1_001)\n", {}, limits)
    assert (trace.status, trace.truncation, kept(trace)) == (Status.OUTPUT_LIMIT, "output", {"f": "x" * 1_000})


def test_files_without_permissions_are_kept_and_removed(runner: SandboxRunner) -> None:
    code = "import os\nfd = os.open('f', os.O_CREAT | os.O_WRONLY, 0)\nos.write(fd, b'text')\n"
    assert kept(run(runner, code, {})) == {"f": "text"}
    assert run(runner, LISTS, {}).stdout == "[]\n"


def test_addresses_do_not_depend_on_earlier_files(runner: SandboxRunner) -> None:
    code = "print([id(object()), id([]), id('a' * 700), id(b'x' * 100_000)], {object(), object()})\n"
    found = {run(runner, code, {}).stdout}
    for number in range(1, 8):
        writes = f"for n in range({number}): open(str(n), 'w').write('x' * {number * 97})\n"
        run(runner, writes, {"in": "z" * number * 997})
        found.add(run(runner, code, {}).stdout)
    assert len(found) == 1


def test_a_run_is_repeated_if_the_keeper_ends() -> None:
    with SandboxRunner(RunOptions(files="{}"), isolation=isolation_or_skip("full")) as runner:
        run(runner, "", {})
        for pid in children_of(fork_server_pid(runner)):  # the keeper and the preforked child
            os.kill(pid, signal.SIGKILL)
        repeated = runner.run(Program(program_id="p", problem_id="p", code="open('a', 'w')\n", files="{}"))
        assert (repeated.attempts, kept(repeated.trace)) == (2, {"a": ""})


def test_no_process_keeps_the_right_to_mount(runner: SandboxRunner) -> None:
    pids = [server_pid := fork_server_pid(runner), *children_of(server_pid)]
    assert len(pids) == 3, "server, keeper and preforked child"
    for pid in pids:
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        rights = [status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs")]
        assert rights == ["0" * 16] * 4 + ["1"]


def test_a_program_imports_its_own_files_and_no_other_process_does() -> None:
    """Check that a file may have the name of a module that a process imports late."""
    for mode in MODES:
        with SandboxRunner(isolation=isolation_or_skip(mode)) as runner:
            code = "import sys, own, uuid\nprint(sys.path[0] == '', own.x, uuid.x)\n"
            files = {"own.py": "x = 1\n", "uuid.py": "x = 2\n", "encodings.py": "1/0", "marshal.py": "1/0"}
            assert run(runner, code, files).stdout == "True 1 2\n", mode
            assert run(runner, "import uuid\nprint(hasattr(uuid, 'x'))\n").stdout == "False\n"
    import_path = "import sys; sys.argv[1:] = ['root', '']; " + client._LAUNCH.partition("from ")[0] + "print(sys.path)"
    done = subprocess.run([sys.executable, "-c", import_path], capture_output=True, text=True, check=True)
    assert "''" not in done.stdout and "'root'" in done.stdout


def test_programs_with_files_are_refused_where_nothing_can_be_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    isolation = isolation_or_skip("full")
    assert namespaces.mount_refusal() == ""
    monkeypatch.setattr(namespaces, "mount_refusal", lambda: "no mount")
    assert replace(isolation, files=True).read_only_reason() == "no mount"
    with SandboxRunner(isolation=isolation) as runner:
        assert run(runner, LISTS).stdout == "[]\n"
        with pytest.raises(IsolationError, match="^p: it cannot find its files: no mount. Use another bubblewrap, or"):
            run(runner, LISTS, {"in": "text"})


def test_the_reason_why_nothing_can_be_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    isolation_or_skip("full")
    monkeypatch.setattr(namespaces, "bubblewrap_command", lambda bwrap, may_mount: bubblewrap_command(bwrap))
    reason = namespaces.mount_refusal.__wrapped__()
    assert reason.startswith("no writable folder can be mounted: ") and reason.endswith("Operation not permitted")


def test_files_make_an_embedded_program_untrusted() -> None:
    """Check it for a machine without isolation, where an embedded program could import the files without a sandbox."""
    isolation = Isolation(mode=Mode.TRUSTED, layers=(), embedded_only=True)
    program = next(iter(load_programs("embedded")))
    with SandboxRunner(isolation=isolation) as runner:
        assert runner.run(program).trace.status is Status.OK
        with pytest.raises(IsolationError):
            runner.run(replace(program, files='{"random.py": ""}'))
    with SandboxRunner(RunOptions(files="{}"), isolation=isolation) as runner, pytest.raises(IsolationError):
        runner.run(program)


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "full"])
def test_without_namespaces_files_can_be_read(mode: str) -> None:
    with SandboxRunner(isolation=isolation_or_skip(mode)) as runner:
        trace = run(runner, LISTS + "print(open('in').read())\nopen('out', 'w')\n", {"in": "text"})
        assert (trace.stdout, trace.files) == ("['in']\ntext\n", None)
        assert (trace.exception and trace.exception.type) == (None if mode == Mode.TRUSTED else "PermissionError")
        assert run(runner, LISTS).stdout == "[]\n"


def test_the_function_for_one_program() -> None:
    isolation_or_skip("full")
    trace = statecode.trace("open('b', 'w').write(open('a').read())\n", files={"a": "text"})
    assert kept(trace) == {"b": "text"}
    with pytest.raises(ConfigError, match="^files: '../a' is not the name of a file; folders are not supported$"):
        statecode.trace("", files={"../a": ""})


def test_the_keeper_opens_regular_files_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check entries that no program can create, in case a layer of the sandbox is missing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    os.symlink("../secret", "link")
    os.symlink("nowhere", "dangling")
    os.mkfifo("fifo")
    os.mkdir("subfolder")
    Path("file").write_text("text")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    assert file_keeper._files_left({}) == {b"file": b"text"}
    os.rmdir("subfolder")
    file_keeper._empty_folder()
    assert os.listdir(".") == [] and (tmp_path / "secret").read_text() == "secret"


def test_a_folder_that_cannot_be_emptied_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkdir("subfolder")
    with pytest.raises(OSError):
        file_keeper._empty_folder()
