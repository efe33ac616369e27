"""Check that `statecode.record` records the same events as a traced program, and does not affect the process."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import io
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import textwrap
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import statecode
from statecode import views
from statecode.errors import ConfigError, RecordingError
from statecode.records import Event, EventKind, Program, Status, Trace
from statecode.tracing import SandboxRunner
from statecode.tracing.engines import native
from statecode.tracing.inprocess.recording import Recording
from statecode.tracing.sandbox.isolation import isolation_for
from tests.support.paths import ROOT, SUPPORT
from tests.support.recorded_functions import FUNCTIONS

pytestmark = pytest.mark.skipif(not native.available(), reason=f"the native engine: {native.reason()}")


@pytest.fixture(autouse=True)
def no_traces_left_in_the_process() -> Iterator[None]:
    write, hook = sys.stdout.write, threading._trace_hook
    if sys.gettrace() is not None:
        pytest.skip("another tracer is active")
    yield
    assert sys.gettrace() is None
    assert threading._trace_hook is hook
    assert sys.stdout.write == write


@pytest.fixture
def long_switch_interval() -> Iterator[None]:
    """Make threads switch only when they block, as in a traced child process."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1.0)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    with SandboxRunner(engine="native", isolation=isolation_for(trust_programs=True)) as runner:
        yield runner


def module_of(code: str, folder: Path, name: str = "recorded_module") -> ModuleType:
    """Execute a source from a file as a module, without any decorator."""
    path = folder / f"{name}.py"
    path.write_text(code, encoding="utf-8")
    module = ModuleType("__main__")  # the name that values show
    exec(compile(code, str(path), "exec"), module.__dict__)
    return module


def traced(runner: SandboxRunner, code: str) -> Trace:
    return runner.run(Program(program_id="p", problem_id="p", code=code)).trace


def lines(recording: Recording) -> list[int]:
    return [event.line for event in recording.trace.events if event.kind is EventKind.LINE]


# ---- compared with the trace of a program ----------------------------------------------------------------------------


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


# ---- recorded events -------------------------------------------------------------------------------------------------


def helper(x: int) -> int:
    y = x + 1
    return y


@statecode.record
def add_up(n: int) -> int:
    total = 0
    for i in range(n):
        total += helper(i)
    return total


def block_around(n: int) -> tuple[Recording, int]:
    before = n
    with statecode.record() as recording:
        after = helper(before)
        print("after", after)
    unseen = after  # noqa: F841
    return recording, sys._getframe().f_code.co_firstlineno


def test_a_block_starts_with_all_variables_and_ends_at_its_with() -> None:
    recording, start = block_around(4)
    events = recording.trace.events
    assert events[0].kind is EventKind.CALL and events[0].line == start + 2
    assert dict(events[0].changes) == {"n": "4", "before": "4"}
    assert [(event.function, event.line - start) for event in events if event.depth == 0] == [
        ("block_around", n) for n in (2, 3, 4, 2)
    ]
    assert dict(events[-2].changes) == {"after": "5"}
    assert [event.function for event in events if event.depth == 1] == ["helper"] * 4
    assert recording.trace.code == Path(__file__).read_text(encoding="utf-8")
    assert recording.trace.stdout == "after 5\n" and recording.trace.status is Status.OK
    assert [event.stdout_end for event in events[-2:]] == [0, 8]


def test_functions_of_other_files_are_not_recorded(tmp_path: Path) -> None:
    other = module_of("def callback(function, x):\n    return function(x) + 1\n", tmp_path)
    with statecode.record() as recording:
        other.callback(helper, 1)
    assert {event.function.rpartition(".")[2] for event in recording.trace.events} == {
        "test_functions_of_other_files_are_not_recorded", "helper"
    }


def test_the_scope_function() -> None:
    def run(n: int) -> list[int]:
        def inner(x: int) -> int:
            return helper(x)
        return list(map(inner, range(n)))

    function = statecode.record(scope="function")(run)
    assert function(2) == [1, 2]
    names = {event.function.rpartition(".")[2] for event in function.recordings[-1].trace.events}
    assert names == {"run", "inner"}


def test_nested_calls_belong_to_one_recording() -> None:
    @statecode.record
    def countdown(n: int) -> int:
        return add_up(n) if n < 2 else countdown(n - 1)

    before = len(add_up.recordings)
    countdown(3)
    assert len(countdown.recordings) == 1 and len(add_up.recordings) == before
    calls = [event for event in countdown.recordings[0].trace.events if event.kind is EventKind.CALL]
    assert [call.function.rpartition(".")[2] for call in calls] == ["countdown"] * 3 + ["add_up", "helper"]


def test_a_function_keeps_its_last_recordings() -> None:
    function = statecode.record(keep=3)(add_up.__wrapped__)
    for n in range(5):
        function(n)
    assert [recording.trace.events[0].changes[0].value for recording in function.recordings] == ["2", "3", "4"]


def test_module_variables_that_the_block_mentions(tmp_path: Path) -> None:
    code = "import statecode\nunused = 1\nused = [2]\nwith statecode.record() as recording:\n    more = used * 2\n"
    module = module_of(code.replace("unused", "unused_name"), tmp_path)
    module.__dict__["injected"] = 5
    names = [change.name for event in module.recording.trace.events for change in event.changes]
    assert names == ["statecode", "unused_name", "used", "len(used)", "more", "len(more)"]
    assert "__builtins__" in module.__dict__


def test_an_exit_stack_records_the_frame_that_uses_it() -> None:
    with contextlib.ExitStack() as stack:
        recording = stack.enter_context(statecode.record())
        x = helper(1)
    assert x == 2
    assert [event.function for event in recording.trace.events].count("helper") == 4


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


# ---- generators, async functions, threads ----------------------------------------------------------------------------


@statecode.record
def numbers(n: int) -> Iterator[int]:
    for i in range(n):
        try:
            got = yield helper(i)
        except ValueError as error:
            got = str(error)
        if got:
            yield got


def test_generators_are_recorded_only_while_they_run() -> None:
    numbers.recordings.clear()
    one, two = numbers(2), numbers(3)
    assert (next(one), next(two), one.send("x"), list(one)) == (1, 1, "x", [2])
    assert two.throw(ValueError("thrown")) == "thrown"
    two.close()
    first, second = (recording.trace for recording in numbers.recordings)
    for trace in (first, second):
        assert {event.function for event in trace.events} == {"numbers", "helper"}
        assert trace.status is Status.OK
        assert len({event.frame for event in trace.events if event.function == "numbers"}) == 1
    assert [event.value for event in first.events if event.kind is EventKind.YIELD] == ["1", "'x'", "2"]
    assert [event.value for event in second.events if event.kind is EventKind.YIELD][:2] == ["1", "'thrown'"]
    assert "GeneratorExit" in str(second.events[-2].detail)
    assert inspect.isgeneratorfunction(numbers)


def test_a_garbage_collected_generator() -> None:
    generator = numbers(3)
    next(generator)
    del generator
    gc.collect()
    assert numbers.recordings[-1].trace.events[-1].kind is EventKind.RETURN


@statecode.record
async def waiting(name: str) -> str:
    for _ in range(2):
        await asyncio.sleep(0)
        name += "!"
    return name


@statecode.record
async def ticks(n: int) -> Any:
    for i in range(n):
        await asyncio.sleep(0)
        try:
            yield i
        except ValueError:
            yield "caught"


def test_concurrent_async_functions_have_separate_recordings() -> None:
    async def both() -> list[str]:
        return await asyncio.gather(waiting("a"), waiting("b"))

    waiting.recordings.clear()
    assert asyncio.run(both()) == ["a!!", "b!!"]
    for recording, name in zip(waiting.recordings, "ab"):
        events = recording.trace.events
        assert {event.function for event in events} == {"waiting"}
        assert events[0].changes == (("name", repr(name)),) and events[-1].value == repr(name + "!!")
        assert {event.depth for event in events} == {0}
    assert inspect.iscoroutinefunction(waiting)


def test_async_generators() -> None:
    async def use() -> list[Any]:
        found = [i async for i in ticks(2)]
        generator = ticks(2)
        found += [await generator.asend(None), await generator.athrow(ValueError())]
        await generator.aclose()
        return found

    assert asyncio.run(use()) == [0, 1, 0, "caught"]
    assert all({event.function for event in recording.trace.events} == {"ticks"} for recording in ticks.recordings)
    assert inspect.isasyncgenfunction(ticks)


def test_threads_that_outlive_their_recording_continue() -> None:
    resume, found = threading.Event(), []

    def work() -> None:
        found.append(1)
        resume.wait(10)
        for n in range(100):
            found.append(helper(n))

    with statecode.record() as recording:
        thread = threading.Thread(target=work)
        thread.start()
        while not found:
            pass
    count = len(recording.trace.events)
    resume.set()
    thread.join()
    assert len(found) == 101
    assert {event.thread for event in recording.trace.events} == {0, 1}
    assert count == len(recording.trace.events)


def test_threads_record_at_the_same_time() -> None:
    barrier, results = threading.Barrier(4), {}

    def work(name: int) -> None:
        barrier.wait(10)
        for _ in range(30):
            with statecode.record() as recording:
                total = 0
                for n in range(name + 20):
                    total = helper(total)
            results[name] = recording.trace, total

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, (trace, total) in results.items():
        assert total == name + 20
        assert [event.function for event in trace.events].count("helper") == 4 * (name + 20)
        assert {event.thread for event in trace.events} == {0}


# ---- the end of a recording ------------------------------------------------------------------------------------------


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


class Interrupting:
    def __repr__(self) -> str:
        signal.raise_signal(signal.SIGINT)
        return "never"


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


def test_a_program_that_sets_another_tracer_keeps_it() -> None:
    def other(frame: Any, event: str, arg: Any) -> None:
        return None

    with statecode.record() as recording:
        helper(1)
        sys.settrace(other)
        helper(2)
    try:
        assert sys.gettrace() is other
        with pytest.raises(RecordingError, match=r"^another tracer is active, .*function"):
            with statecode.record():
                pass
        with pytest.raises(RecordingError, match="another tracer"):
            add_up(1)
        assert sys.gettrace() is other
    finally:
        sys.settrace(None)
    assert recording.trace.status is Status.TRACER_LOST
    assert [event.function for event in recording.trace.events].count("helper") == 4


def test_a_forked_process_is_not_recorded() -> None:
    with statecode.record() as recording:
        child = os.fork()
        if child == 0:
            for n in range(50):
                helper(n)
            os._exit(0)
        os.waitpid(child, 0)
    assert {event.function for event in recording.trace.events} == {"test_a_forked_process_is_not_recorded"}
    assert recording.trace.status is Status.OK


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


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def print_growth() -> None:
    """Print by how many bytes this process grows in ten thousand recordings, and the number of its memory maps."""
    def some(count: int) -> None:
        for n in range(count):
            add_up(3)
            with statecode.record(events=6):
                helper(n)
                helper(n)
                helper(n)
            if n % 10 == 0:
                with contextlib.suppress(ZeroDivisionError), statecode.record():
                    helper(n)
                    1 / 0
                assert len(list(numbers(2))) == 2

    some(1000)
    gc.collect()
    before = resident_bytes()
    some(10_000)
    gc.collect()
    with open("/proc/self/maps") as maps:
        print(resident_bytes() - before, sum(1 for _ in maps))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the memory size from Linux")
def test_memory_does_not_grow_over_ten_thousand_recordings() -> None:
    command = [sys.executable, "-c", f"import {__name__} as module; module.print_growth()"]  # without garbage of other tests
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    grown, maps = map(int, done.stdout.split())
    assert grown < 2**20
    assert maps < 5000


# ---- views and errors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", views.VIEWS)
def test_views_of_recordings(view: str) -> None:
    traces = [block_around(2)[0].trace]
    add_up(3)
    traces.append(add_up.recordings[-1].trace)
    for events in range(1, 12):
        function = statecode.record(events=events)(add_up.__wrapped__)
        function(3)
        traces.append(function.recordings[-1].trace)
    list(numbers(2))
    traces.append(numbers.recordings[-1].trace)
    for trace in traces:
        text = views.render(trace, view) if views.VIEWS[view].is_text else json.dumps(views.rows(trace, view))
        assert text
        if views.VIEWS[view].lossless:
            assert views.parse(text, view, trace.code) == trace


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="traces differ between versions")
@pytest.mark.parametrize("document", ["README.md", "docs/recording.md"])
def test_examples_in_documents(document: str, tmp_path: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    examples = re.findall(r"```python\n([^`]*statecode\.record[^`]*)```\n```\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 1
    (tmp_path / "example.py").write_text(examples[0][0])
    result = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout + result.stderr == examples[0][1]


def test_a_view_is_printed_after_a_call(capsys: pytest.CaptureFixture[str]) -> None:
    file = io.StringIO()
    function = statecode.record(view="snoop", file=file)(add_up.__wrapped__)
    function(1)
    assert file.getvalue() == function.recordings[-1].render() != ""
    assert "Return value from add_up: 1" in file.getvalue()
    with statecode.record(view="compact") as recording:
        print("printed")
    assert capsys.readouterr() == ("printed\n", recording.render("compact"))
    assert recording.trace.stdout == "printed\n"


def test_stdout_is_the_stream_at_the_start() -> None:
    with contextlib.redirect_stdout(io.StringIO()) as outer:
        with statecode.record() as recording:
            print("é")
            with contextlib.redirect_stdout(io.StringIO()):
                print("elsewhere")
            sys.stdout.writelines(["a", "\ud800"])
    assert outer.getvalue() == "é\na\ud800"
    assert recording.trace.stdout == "é\na\\ud800"
    with contextlib.redirect_stdout(None), statecode.record() as recording:
        print("nowhere")
    assert recording.trace.stdout == ""


def test_each_recording_has_the_stdout_of_its_start() -> None:
    @statecode.record
    def printing(text: str) -> Iterator[None]:
        print(text, 1)
        yield
        print(text, 2)

    with contextlib.redirect_stdout(io.StringIO()) as one, statecode.record() as recording:
        print("one")
        thread = threading.Thread(target=lambda: None)
        thread.start()
        thread.join()
    with contextlib.redirect_stdout(io.StringIO()) as two:
        generator = printing("two")
        next(generator)
    with contextlib.redirect_stdout(io.StringIO()) as three:
        assert list(generator) == []
    assert (one.getvalue(), two.getvalue(), three.getvalue()) == ("one\n", "two 1\n", "two 2\n")
    assert recording.trace.stdout == "one\n"
    assert printing.recordings[-1].trace.stdout == "two 1\ntwo 2\n"


def test_invalid_arguments() -> None:
    for wrong, message in (
        ({"view": "nonsense"}, "unknown view 'nonsense'; known: compact"),
        ({"scope": "all"}, "unknown scope 'all'; known: file, function"),
        ({"events": 0}, "events must be a positive number; got 0"),
    ):
        with pytest.raises(ConfigError, match=f"^{message}"):
            statecode.record(**wrong)
    for value, message in (
        (len, "decorates functions written in Python; got <built-in function len>"),
        (staticmethod(helper), "put statecode.record below @staticmethod"),
        (Interrupting, "; decorate its methods"),
    ):
        with pytest.raises(RecordingError, match=message):
            statecode.record(value)
    namespace: dict[str, Any] = {"statecode": statecode}
    exec("def f(): pass\ndef block():\n    with statecode.record(): pass", namespace)
    for refused in (lambda: statecode.record(namespace["f"]), namespace["block"]):
        with pytest.raises(RecordingError, match=r"^no source found for (f|block) in <string>; record code of") as caught:
            refused()
        assert "\n" not in str(caught.value)


def test_a_changed_source_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "edited.py"
    file.write_text("def f(): return 1\n")
    namespace: dict[str, Any] = {}
    exec(compile(file.read_text(), str(file), "exec"), namespace)
    f = statecode.record(namespace["f"])
    assert (f(), f.recordings[-1].trace.code) == (1, "def f(): return 1\n")
    file.write_text("x = 2\n\ndef f(): return 2\n")
    with pytest.raises(RecordingError, match=r"^no source found for f in .*edited.py; .* that has not changed since it was loaded$"):
        statecode.record(namespace["f"])
    script = "import statecode\nexec('def g(): return 1')\nprint('made')\nstatecode.record(g)\n"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)  # 3.13 keeps the text of -c
    assert result.stdout == "made\n"
    assert result.stderr.splitlines()[-1].endswith("RecordingError: no source found for g in <string>; record code of a file"
                                                   " or a notebook cell that has not changed since it was loaded")


def test_blocks_cannot_be_nested() -> None:
    with statecode.record() as recording:
        with pytest.raises(RecordingError, match="^this code is being recorded already"):
            with statecode.record():
                pass
        with pytest.raises(RecordingError, match="is still running"):
            recording.trace
        helper(1)
    assert recording.trace.status is Status.OK
    assert [event.function for event in recording.trace.events].count("helper") == 4


def test_without_the_native_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "reason", lambda: "it was not built for this Python")
    with pytest.raises(RecordingError, match="^statecode.record needs the native engine, .*: it was not built"):
        statecode.record()


def test_recording_imports_no_large_packages() -> None:
    script = """
    import sys, linecache, statecode
    source = "@statecode.record\\ndef f(): return 1\\n"
    linecache.cache["f.py"] = (len(source), None, source.splitlines(True), "f.py")
    exec(compile(source, "f.py", "exec"))
    f()
    print({"numpy", "pandas", "snoop", "torch", "pyarrow"} & set(sys.modules), len(f.recordings[-1].trace.events))
    """
    result = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert result.stdout == "set() 3\n"


def test_the_cell_magic() -> None:
    pytest.importorskip("IPython")
    script = """
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance()
    for cell in ("%load_ext statecode", "x = 3; unused = 1", "%%record inline\\ny = [n * x for n in range(2)]\\nsum(y)",
                 "print(_recording.trace.code, _, [event.line for event in _recording.trace.events][-2:])",
                 "%%record\\ndef f(a):\\n    return 1 / a\\nf(0)", "print(_recording.trace.exception)",
                 "%%record nonsense\\n1", "import statecode\\nwith statecode.record() as r:\\n    z = x",
                 "print(r.render())"):
        shell.run_cell(cell, store_history=True)
    """
    result = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert "y = [n * x for n in range(2)]  # " in result.stdout
    assert "sum(y)  # _ = 3\nOut[3]: 3\n" in result.stdout
    assert "y = [n * x for n in range(2)]\nsum(y)\n 3 [2, 2]" in result.stdout
    assert "!!! When evaluating: 1 / a" in result.stdout
    assert "ExceptionInfo(type='ZeroDivisionError', message='division by zero', line=2)" in result.stdout
    assert "unknown view 'nonsense'; known: compact" in result.stdout + result.stderr
    assert " ...... x = 3\n" in result.stdout and "unused = " not in result.stdout
