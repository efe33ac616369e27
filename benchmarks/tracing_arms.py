"""The warm process of benchmarks/tracing.py: forks children that run a program under one arm or another.

`tracing.py` gives this text to the interpreter in the place of what starts a warm process. All is as in a real one, up
to the tracer: children are those of `forkserver.child`, with the arm's tracer in the place of the engine's and
an exec that looks at the clocks.
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

CELLS = struct.Struct("<dddd")  # of the execution: wall s, the thread's CPU s, events that the arm counted, page faults
NOT_MEASURED = (-1.0, -1.0, 0.0, 0.0)
LOCAL = ("LINE", "PY_START", "PY_RETURN", "PY_RESUME", "PY_YIELD", "STOP_ITERATION")
EVERYWHERE = ("RAISE", "PY_THROW", "PY_UNWIND")  # sys.monitoring has these for all code or none

options: dict[str, Any] = {}  # filled in below by tracing.py


class Arm:
    """No tracer at all, with the interface of one."""

    failure: str | None = None
    first_perturbed_event: int | None = None

    def __init__(self, floor: Any) -> None:
        self.floor = floor
        self.event_count = 0

    def open(self, *args: Any) -> None:
        """Nothing is recorded."""

    def install(self, code: types.CodeType) -> None:
        """Begin."""

    def remove(self) -> bool:
        """End; nobody asks here whether the program took the tracer away."""
        return True

    def finish(self) -> None:
        """Nothing is held back."""

    def disable(self) -> None:
        """We are in a process that the program forked."""
        self.remove()

    def release_frames(self) -> None:
        """None is held."""


class Settrace(Arm):
    """A trace function in C that only counts."""

    def install(self, code: types.CodeType) -> None:
        """Begin."""
        self.floor.settrace(True)

    def remove(self) -> bool:
        """End."""
        self.floor.settrace(False)
        return True


class Monitoring(Arm):
    """Callbacks in C that only count, for what an engine over sys.monitoring must be told of the program's code."""

    callback = "event"
    tool = 4

    def install(self, code: types.CodeType) -> None:
        """Begin."""
        monitoring = sys.monitoring  # type: ignore[attr-defined]
        events, callback = monitoring.events, getattr(self.floor, self.callback)
        monitoring.use_tool_id(self.tool, "benchmark")
        for name in (*LOCAL, *EVERYWHERE):
            monitoring.register_callback(self.tool, getattr(events, name), callback)
        for own in code_objects(code):
            monitoring.set_local_events(self.tool, own, sum(getattr(events, name) for name in LOCAL))
        monitoring.set_events(self.tool, sum(getattr(events, name) for name in EVERYWHERE))

    def remove(self) -> bool:
        """End."""
        sys.monitoring.free_tool_id(self.tool)  # type: ignore[attr-defined]
        return True


class MonitoringFrames(Monitoring):
    """The same, where each callback also asks for the frame, as a recorder of variables must."""

    callback = "event_with_frame"


class Peer(Arm):
    """Another tracer with local variables, its text kept in memory; its lines are counted as events."""

    def __init__(self, floor: Any) -> None:
        super().__init__(floor)
        self.text = io.StringIO()

    def release_frames(self) -> None:
        """Tell how much it wrote."""
        self.floor.counted(float(self.text.getvalue().count("\n")))


class PySnooper(Peer):
    """PySnooper over the program's code objects."""

    def install(self, code: types.CodeType) -> None:
        """Begin."""
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
        """End."""
        threading.settrace(None)  # type: ignore[arg-type]
        sys.settrace(None)
        return True


class Hunter(Peer):
    """hunter's VarsSnooper over the program's file."""

    def install(self, code: types.CodeType) -> None:
        """Begin."""
        import hunter

        action = hunter.VarsSnooper(stream=self.text, force_colors=False, repr_func="safe_repr")
        self._tracer = hunter.trace(filename=code.co_filename, action=action)

    def remove(self) -> bool:
        """End."""
        self._tracer.stop()
        return True


def engine(name: str) -> Any:
    """The tracer of one of statecode's engines."""
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
    """A code object and all within it."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return {code}.union(*map(code_objects, inner))


class Measuring(server.Server):
    """A warm process whose jobs name their arm, and whose answers end with what the child measured."""

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
        child.exec = floor.timed_exec  # in the place of the builtin
        _stop_clocks_at_limits(child, floor)

    def serve(self) -> bool:
        """Take one job with its arm, run it, answer."""
        message, fds, _, _ = socket.recv_fds(self.supervisor, server.WALL_LIMIT.size + 1, 5)
        if not message:
            return False
        self._setup.tracer = self._arms[options["arms"][message[-1]]]
        self._memory[:] = CELLS.pack(*NOT_MEASURED)
        answer = self.run_job(fds, server.WALL_LIMIT.unpack(message[:-1])[0])
        self.supervisor.sendall(answer + self._memory[:])
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
    exit_at_limit = child.EndRecordWriter.exit_at_limit

    def stop_first(*args: Any) -> None:
        floor.stop()
        exit_at_limit(*args)

    child.EndRecordWriter.exit_at_limit = stop_first


def main() -> None:
    """Serve jobs until the supervisor's end of the socket is closed."""
    server.Server = Measuring  # type: ignore[misc]
    if "snoop" in options["arms"]:
        server._import_without_heavy_packages("snoop")
    warm = server.set_up_server(Settings(**json.loads(sys.argv[2])))
    warm.supervisor.sendall(json.dumps(server.identity()).encode() + b"\n")
    while warm.serve():
        pass
