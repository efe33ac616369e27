"""Check which code `statecode.record` records, how it is called, and which code it refuses."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import re
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode import views
from statecode.errors import ConfigError, RecordingError
from statecode.records import EventKind, Status
from statecode.tracing.engines import native
from statecode.tracing.inprocess.recording import Recording
from tests.support.paths import ROOT
from tests.support.recorded_code import Interrupting, module_of, numbers

pytestmark = pytest.mark.skipif(not native.available(), reason=f"the native engine: {native.reason()}")


# in this file, because a recording contains no functions of other files
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


def test_an_exit_stack_records_the_frame_that_uses_it() -> None:
    with contextlib.ExitStack() as stack:
        recording = stack.enter_context(statecode.record())
        x = helper(1)
    assert x == 2
    assert [event.function for event in recording.trace.events].count("helper") == 4


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


def test_a_tracer_that_was_taken_off_for_a_while_is_reported() -> None:
    with statecode.record() as recording:
        tracer = sys.gettrace()
        sys.settrace(None)
        helper(1)
        sys.settrace(tracer)
        helper(2)
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
