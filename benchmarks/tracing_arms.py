"""Fork server of benchmarks/tracing.py: its children run programs under the arms.

`tracing.py` passes this source to the interpreter instead of the code that starts the usual fork server. The children
run `forkserver.child` with two changes: the tracer is that of the arm, not that of an engine, and `exec` reads the
clocks before and after the program.
"""

from __future__ import annotations

import importlib.util
import io
import json
import mmap
import os
import socket
import struct
import sys
import threading
import types
from typing import Any

sys.path.insert(1, sys.argv[1])

from statecode.tracing.forkserver import at_fork  # noqa: E402

at_fork.collect_hooks()

from statecode.tracing.forkserver import server  # noqa: E402
from statecode.tracing.forkserver.settings import Settings  # noqa: E402

CELLS = struct.Struct("<dddd")  # of the execution: wall s, CPU s of the thread, events counted by the arm, page faults
NOT_MEASURED = (-1.0, -1.0, 0.0, 0.0)
LOCAL = ("LINE", "PY_START", "PY_RETURN", "PY_RESUME", "PY_YIELD", "STOP_ITERATION")
GLOBAL = ("RAISE", "PY_THROW", "PY_UNWIND")  # sys.monitoring cannot restrict these to some code objects

options: dict[str, Any] = {}  # tracing.py appends code to this source that fills the dictionary


class Arm:
    """A tracer that records nothing: the arm `bare`, and the base class of other arms."""

    failure: str | None = None
    first_perturbed_event: int | None = None
    was_replaced = False  # arms do not check this

    def __init__(self, floor: Any) -> None:
        self.floor = floor
        self.event_count = 0

    def open(self, *args: Any) -> None:
        """Ignore the channel: the tracer writes no events."""

    def install(self, code: types.CodeType) -> None:
        """Start the tracer."""

    def remove(self) -> bool:
        """Stop the tracer. Checkouts of earlier versions, given with --before, expect the result True."""
        return True

    def finish(self) -> None:
        """Write pending events; there are none."""

    def disable(self) -> None:
        """Stop the tracer in a process that the program forked."""
        self.remove()

    def release_frames(self) -> None:
        """Release frames of the program; the tracer holds none."""


class Settrace(Arm):
    """A trace function in C that only counts."""

    def install(self, code: types.CodeType) -> None:
        """Set the trace function."""
        self.floor.settrace(True)

    def remove(self) -> bool:
        """Remove the trace function."""
        self.floor.settrace(False)
        return True


class Monitoring(Arm):
    """Callbacks in C that only count, for the events that an engine over sys.monitoring needs."""

    callback = "event"
    tool = 4

    def install(self, code: types.CodeType) -> None:
        """Register the callbacks. Local events are enabled for the program's code objects only."""
        monitoring = sys.monitoring  # type: ignore[attr-defined]
        events, callback = monitoring.events, getattr(self.floor, self.callback)
        monitoring.use_tool_id(self.tool, "benchmark")
        for name in (*LOCAL, *GLOBAL):
            monitoring.register_callback(self.tool, getattr(events, name), callback)
        for own in code_objects(code):
            monitoring.set_local_events(self.tool, own, sum(getattr(events, name) for name in LOCAL))
        monitoring.set_events(self.tool, sum(getattr(events, name) for name in GLOBAL))

    def remove(self) -> bool:
        """Free the tool id, which removes the callbacks."""
        sys.monitoring.free_tool_id(self.tool)  # type: ignore[attr-defined]
        return True


class MonitoringFrames(Monitoring):
    """Like `Monitoring`, but each callback also gets the frame, which a recorder of variables needs."""

    callback = "event_with_frame"


class Peer(Arm):
    """Base class of other tracers of local variables. They write text to memory; each line counts as one event."""

    def __init__(self, floor: Any) -> None:
        super().__init__(floor)
        self.text = io.StringIO()

    def release_frames(self) -> None:
        """Store the number of lines of the text as the number of events."""
        self.floor.set_event_count(float(self.text.getvalue().count("\n")))


class PySnooper(Peer):
    """The tracer `pysnooper`, applied to the program's code objects."""

    def install(self, code: types.CodeType) -> None:
        """Write the program's lines to the source cache of `pysnooper`, and start the tracer."""
        import linecache

        from pysnooper import tracer

        lines = [line.rstrip("\n") for line in linecache.getlines(code.co_filename)]
        tracer.source_and_path_cache["__main__", code.co_filename] = (code.co_filename, lines)
        pysnooper = tracer.Tracer(output=self.text, color=False)
        pysnooper.target_codes.update(code_objects(code))
        tracer.thread_global.__dict__.setdefault("depth", -1)
        threading.settrace(pysnooper.trace)
        sys.settrace(pysnooper.trace)

    def remove(self) -> bool:
        """Remove the trace functions."""
        threading.settrace(None)  # type: ignore[arg-type]
        sys.settrace(None)
        return True


class Hunter(Peer):
    """The action VarsSnooper of the tracer `hunter`, applied to the program's file."""

    def install(self, code: types.CodeType) -> None:
        """Start the tracer."""
        import hunter

        action = hunter.VarsSnooper(stream=self.text, force_colors=False, repr_func="safe_repr")
        self._tracer = hunter.trace(filename=code.co_filename, action=action)

    def remove(self) -> bool:
        """Stop the tracer and return True."""
        self._tracer.stop()
        return True


def engine(name: str) -> Any:
    """Return the tracer of one of statecode's engines."""
    if name == "snoop":
        from statecode.tracing.engines.snoop.recorder import SnoopTracer

        return SnoopTracer()
    from statecode.tracing.engines.native.tracer import NativeTracer

    return NativeTracer()


ARMS: dict[str, Any] = {
    "bare": Arm, "settrace": Settrace, "monitoring": Monitoring, "monitoring_frame": MonitoringFrames,
    "native": lambda floor: engine("native"), "snoop": lambda floor: engine("snoop"),
    "pysnooper": PySnooper, "hunter": Hunter,
}


def code_objects(code: types.CodeType) -> set[types.CodeType]:
    """Return a code object and all code objects inside it."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return {code}.union(*map(code_objects, inner))


class ArmServer(server.Server):
    """Fork server whose jobs contain the number of their arm, and whose replies end with the child's measurements."""

    def __init__(self, settings: Settings, child: Any) -> None:
        super().__init__(settings, child)
        for folder in options["folders"]:
            sys.path.append(folder)
        floor = _load(options["floor"])
        self._memory = mmap.mmap(-1, CELLS.size)
        floor.share(self._memory)
        self._arms = {name: ARMS[name](floor) for name in options["arms"]}
        for name in options["modules"]:
            __import__(name)
        for folder in options["folders"]:
            sys.path.remove(folder)
        child.exec = floor.timed_exec  # shadows the builtin in the module `child`
        _stop_clocks_at_limits(child, floor)

    def serve(self) -> bool:
        """Receive one job with the number of its arm, run it and reply.

        Returns:
            False if the supervisor has closed the socket; True after a job.
        """
        message, fds, _, _ = socket.recv_fds(self.supervisor, server.WALL_LIMIT.size + 1, 5)
        if not message:
            return False
        self._setup.tracer = self._arms[options["arms"][message[-1]]]
        self._memory[:] = CELLS.pack(*NOT_MEASURED)
        result = self.run_job(fds, server.WALL_LIMIT.unpack(message[:-1])[0])
        self.supervisor.sendall(result + self._memory[:])
        for fd in fds:
            os.close(fd)
        return True


def _load(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("tracing_floor", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _stop_clocks_at_limits(child: Any, floor: Any) -> None:
    """Make children read the clocks before they exit at a limit: `timed_exec` does not return in this case."""
    exit_at_limit = child.EndRecordWriter.exit_at_limit

    def stop_clocks_and_exit(*args: Any) -> None:
        floor.stop()
        exit_at_limit(*args)

    child.EndRecordWriter.exit_at_limit = stop_clocks_and_exit


def main() -> None:
    """Serve jobs until the supervisor's end of the socket is closed."""
    server.Server = ArmServer  # type: ignore[misc]
    if "snoop" in options["arms"]:
        server._import_without_heavy_packages("statecode.tracing.engines.snoop.recorder:SnoopTracer")
    arm_server = server.set_up_server(Settings(**json.loads(sys.argv[2])))
    arm_server.supervisor.sendall(json.dumps(server.identity()).encode() + b"\n")
    while arm_server.serve():
        pass
