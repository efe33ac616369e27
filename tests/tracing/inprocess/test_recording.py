"""Check the trace of a recording: it equals that of a traced program, and its end does not affect the process."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.errors import RecordingError
from statecode.records import Event, EventKind, Program, Status, Trace
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines import native
from statecode.tracing.sandbox.isolation import isolation_for
from statecode.views.page import page, page_frame
from tests.support.hostile_values import VALUES
from tests.support.paths import SUPPORT
from tests.support.recorded_code import Interrupting, helper, module_of
from tests.support.recorded_functions import FUNCTIONS

CHANGES_THE_PROCESS = {"a repr that starts a thread", "a repr that clears what it finds"}

pytestmark = pytest.mark.skipif(not native.available(), reason=f"the native engine: {native.reason()}")


@pytest.fixture
def long_switch_interval() -> Iterator[None]:
    """Make threads switch only when they block, as in a traced child process."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1.0)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    with SandboxRunner(RunOptions(engine="native"), isolation=isolation_for(trust_programs=True)) as runner:
        yield runner


def traced(runner: SandboxRunner, code: str) -> Trace:
    return runner.run(Program(program_id="p", problem_id="p", code=code)).trace


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_call_is_recorded_as_in_a_program(
    name: str, runner: SandboxRunner, tmp_path: Path, capsys: pytest.CaptureFixture[str], long_switch_interval: None
) -> None:
    code = FUNCTIONS[name]
    function = statecode.record(module_of(code, tmp_path).run)
    try:
        function()
    except Exception:
        pass
    trace = function.recordings[-1].trace
    program = traced(runner, f"{code}\ntry:\n    run()\nexcept Exception:\n    pass\n")
    expected = events_of_call(program, "run")
    assert [*trace.events] == expected
    assert len(expected) > 10
    assert trace.stdout == program.stdout == capsys.readouterr().out
    assert trace.code == code


def events_of_call(trace: Trace, function: str) -> list[Event]:
    """Return the events of the first call of a function; depth, frame and output are counted from its start."""
    start = next(n for n, event in enumerate(trace.events) if event.kind is EventKind.CALL and event.function == function)
    first = trace.events[start]
    end = next(n for n, event in enumerate(trace.events) if event.kind is EventKind.RETURN and event.frame == first.frame)
    caller = trace.events[start - 1].frame
    while trace.events[end + 1].frame != caller:  # generators are closed when the function's variables are released
        end += 1
    return [
        event._replace(
            depth=event.depth - first.depth if event.thread == 0 else event.depth,
            frame=event.frame - first.frame, stdout_end=event.stdout_end - first.stdout_end,
        )
        for event in trace.events[start : end + 1]
    ]


@pytest.mark.parametrize("first", [0, *(pytest.param(n, marks=pytest.mark.one_python) for n in range(1, 20))])
def test_whole_programs_are_recorded_as_in_a_child(first: int, runner: SandboxRunner, tmp_path: Path) -> None:
    programs = [*statecode.programs.load_programs("embedded")][first::20]
    assert len(programs) > 15
    for program in programs:
        if "import threading" in program.code or "from threading" in program.code:
            continue  # only the streams of a child process keep the order of threads
        expected = runner.run(program).trace
        found = record_in_another_process(program, tmp_path)
        assert found == (
            expected.events, expected.stdout, expected.status, expected.exception, expected.truncation
        ), program.program_id


def record_in_another_process(program: Program, folder: Path) -> Any:
    script = SUPPORT / "record_program.py"
    (folder / "program.py").write_bytes(program.code.encode())
    subprocess.run(
        [sys.executable, str(script), str(folder / "program.py"), str(folder / "pickle")],
        input=program.inputs[0].encode(), env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"},
        cwd=folder, capture_output=True, check=True, timeout=60,
    )
    return pickle.loads((folder / "pickle").read_bytes())


def test_the_fidelity_full() -> None:
    class Box:
        def __init__(self) -> None:
            self.items = list(range(50))

    with statecode.record(fidelity="full", repr_limit=200) as recording:
        box = Box()
        box.items.append(7)
    changes = [change for event in recording.trace.events for change in event.changes]
    assert [change.value for change in changes if change.name == "box.items"] == [
        repr([*range(50)]), repr([*range(50), 7])
    ]
    assert (recording.trace.fidelity, recording.trace.repr_limit) == ("full", 200)


def test_at_the_limit_only_the_recording_ends(tmp_path: Path) -> None:
    code = "def run(n):\n    for i in range(n):\n        print(i)\n    return n\n"
    function = statecode.record(events=10)(module_of(code, tmp_path).run)
    assert function(1000) == 1000
    trace = function.recordings[-1].trace
    assert (trace.status, trace.truncation, len(trace.events)) == (Status.EVENT_LIMIT, "events", 10)
    assert trace.stdout == "0\n1\n2\n3\n"
    whole = statecode.record(module_of(code, tmp_path).run)
    whole(5)
    assert whole.recordings[-1].trace.events[1:10] == trace.events[1:]


def test_the_limit_in_a_thread_and_in_a_generator() -> None:
    @statecode.record(events=5)
    def many(n: int) -> Iterator[int]:
        for i in range(n):
            yield helper(i)

    assert sum(many(100)) == 5050
    with statecode.record() as recording:
        pass
    assert recording.trace.status is Status.OK
    assert [len(recording.trace.events) for recording in many.recordings] == [5]


def test_exceptions_are_recorded_and_propagate() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        with statecode.record() as recording:
            helper(1)
            1 / 0
    trace = recording.trace
    assert trace.status is Status.EXCEPTION and trace.exception is not None
    assert (trace.exception.type, trace.exception.message) == ("ZeroDivisionError", "division by zero")
    assert trace.exception.line == caught.tb.tb_lineno
    assert "When evaluating: 1 / 0" in str(next(e.detail for e in trace.events if e.kind is EventKind.EXCEPTION))


def test_normal_and_abnormal_exits() -> None:
    for code, status in ((0, Status.OK), (None, Status.OK), (3, Status.EXCEPTION)):
        with pytest.raises(SystemExit):
            with statecode.record() as recording:
                sys.exit(code)
        assert recording.trace.status is status


def test_an_interrupt_reaches_the_program() -> None:
    with pytest.raises(KeyboardInterrupt):
        with statecode.record() as recording:
            signal.raise_signal(signal.SIGINT)
    assert recording.trace.exception is not None and recording.trace.exception.type == "KeyboardInterrupt"


@pytest.mark.parametrize("fidelity", ["snoop", "full"])
def test_an_interrupt_while_a_value_is_read_reaches_the_program(fidelity: str) -> None:
    caught = False
    with statecode.record(fidelity=fidelity) as recording:
        x = 1
        try:
            x = Interrupting()
            x = 2
        except KeyboardInterrupt:
            caught = True
    assert caught and x != 2
    assert recording.trace.status is Status.TRACER_ERROR and len(recording.trace.events) == 4


def test_values_are_not_kept_alive() -> None:
    class Value:
        pass

    @statecode.record
    def make() -> weakref.ref[Value]:
        value = Value()
        return weakref.ref(value)

    assert make()() is None
    with statecode.record() as recording:
        value = Value()
        gone = weakref.ref(value)
        del value
    assert gone() is None and recording.trace.events


class Unfinished:
    """A class whose repr fails until `__init__` has ended."""

    def __init__(self) -> None:
        self.a = 1
        self.b = 2

    def __repr__(self) -> str:
        return f"Unfinished({self.a}, {self.b})"


def values_of(recording: Any, name: str) -> list[str]:
    return [change.value for event in recording.trace.events for change in event.changes if change.name == name]


def test_a_failed_repr_affects_nothing_else() -> None:
    import cheap_repr

    with statecode.record() as first:
        big = 10**5000
        item = Unfinished()
        number = 3
    with statecode.record() as second:
        number = 4
        item = Unfinished()
        end = len([big, item, number])
    assert end == 3
    assert [text.split(" at ")[0] for text in values_of(first, "big")] == ["<int instance"]
    assert (values_of(first, "number"), values_of(first, "item")) == (["3"], ["Unfinished(1, 2)"])
    assert (values_of(second, "number"), values_of(second, "item")) == (["3", "4"], ["Unfinished(1, 2)"])
    failed = [text for text in values_of(second, "self") if "instance" in text]
    assert failed and all(text.endswith("(exception in repr)>") for text in failed)
    assert not {int, Unfinished} & cheap_repr.suppressed_classes
    assert (cheap_repr.cheap_repr(3), cheap_repr.cheap_repr(item)) == ("3", "Unfinished(1, 2)")


def test_the_settings_of_the_users_cheap_repr_are_not_used_and_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    import cheap_repr

    before = dict(vars(cheap_repr.cheap_repr)), cheap_repr.repr_str.maxparts, cheap_repr.warnings
    with monkeypatch.context() as changed:
        changed.setattr(cheap_repr.repr_list, "maxparts", 1)
        changed.setitem(cheap_repr.repr_registry, int, lambda x, helper: "mine")
        changed.setattr(cheap_repr, "suppressed_classes", {str})
        changed.setattr(cheap_repr.cheap_repr, "max_level", 0)
        with statecode.record() as recording:
            items = [1, [2, "a"], Unfinished]
            end = len(items)
    assert end == 3
    assert values_of(recording, "items")[0].startswith("[1, [2, 'a'], <class ")
    assert before == (dict(vars(cheap_repr.cheap_repr)), cheap_repr.repr_str.maxparts, cheap_repr.warnings)


@pytest.mark.parametrize("fidelity", ["snoop", "full"])
@pytest.mark.parametrize("name", [name for name in VALUES if "interrupt" not in name and "builtins" not in name and "modules" not in name
                                  and "limit" not in name and name not in CHANGES_THE_PROCESS])
def test_a_hostile_value_leaves_the_recording_complete(name: str, fidelity: str, tmp_path: Path) -> None:
    make = module_of(VALUES[name], tmp_path).make
    value = make()
    with statecode.record(fidelity=fidelity) as recording:
        items = [value, 2]
        number = 1
        number = number + 1
        text = "ok"
    assert len(items) == 2 and number == 2 and text == "ok"
    trace = recording.trace
    assert (trace.status, [event.kind.value for event in trace.events]) == (Status.OK, ["call"] + ["line"] * 5)
    assert (values_of(recording, "number"), values_of(recording, "text")) == (["1", "2"], ["'ok'"])
    assert values_of(recording, "items")


def test_the_page_of_a_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with statecode.record() as recording:
        assert recording._repr_html_() is None  # IPython prints the repr
        with pytest.raises(RecordingError, match="is still running"):
            recording.html(tmp_path / "early.html")
        x = helper(1)
    assert recording.html(str(tmp_path / "run.html")) == tmp_path / "run.html"
    assert (tmp_path / "run.html").read_text(encoding="utf-8") == page(recording.trace)
    assert recording._repr_html_() == page_frame(recording.trace)
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) is None)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    recording.show()
    assert Path(opened[0].removeprefix("file://")).read_text(encoding="utf-8") == page(recording.trace)
    assert x == 2 and not (tmp_path / "early.html").exists()


@pytest.mark.torch  # the environment with Jupyter packages
def test_a_recording_in_a_notebook() -> None:
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    cells = ["import statecode\nwith statecode.record() as r:\n    x = 1", "r.show()", "r"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    shown, displayed = (cell.outputs[0]["data"] for cell in notebook.cells[1:])
    assert shown["text/html"] == displayed["text/html"]
    assert shown["text/html"].startswith("<iframe srcdoc=")
    assert displayed["text/plain"] == "<statecode recording: <module>, 3 events>"
