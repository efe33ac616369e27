"""Run programs under unmodified snoop, and print snoop's record of each event with the interpreter's data about it.

stdin is JSON [[code, stdin], ...]; stdout has one line of JSON per program, the list of its events. An event is
[record of the snoop engine, lines about the exception expression, co_name, co_firstlineno, f_lineno, number of the code
object, f_lasti]. Each program runs in its own process. The programs are not isolated, so they must be harmless.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import tempfile
import traceback
import types

from statecode.tracing.engines.snoop.recorder import Recorder, SnoopTracer
from statecode.tracing.forkserver import child
from statecode.tracing.wire.channel import RecordLimits

MOST_EVENTS = 3000
SECONDS = 20


def numbered(code: types.CodeType, numbers: dict[int, int]) -> dict[int, int]:
    numbers[id(code)] = len(numbers)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            numbered(constant, numbers)
    return numbers


class Events:
    """Collects the events with the data of their frames, in place of the channel."""

    def __init__(self, tracer: SnoopTracer, numbers: dict[int, int]) -> None:
        self.tracer, self.numbers = tracer, numbers
        self.lines: list[str] = []
        self.all: list[list] = []

    def write(self, record: tuple) -> None:
        frame = self.tracer._config.last_frame
        raw = frame.f_code.co_name, frame.f_code.co_firstlineno, frame.f_lineno
        self.all.append([record, self.lines, *raw, self.numbers[id(frame.f_code)], frame.f_lasti])
        self.lines = []


def keep_node_lines(events: Events) -> None:
    """Replace a method of snoop's recorder by one that also stores the returned lines in `events.lines`.

    The lines are about the expression that raised. Snoop prints them in addition to the text of the exception.
    """
    original = Recorder.format_executing_node_exception

    def format_and_store(self: Recorder, event: object) -> list[str]:
        events.lines = original(self, event)
        return events.lines

    Recorder.format_executing_node_exception = format_and_store


def run(source: str, stdin: str, out: io.TextIOBase) -> None:
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(stdin), io.StringIO(), io.StringIO()
    main = child.make_main_module()
    tracer = SnoopTracer()
    child.cache_lines(source)
    code = compile(source, child.FILENAME, "exec", dont_inherit=True)
    events = Events(tracer, numbered(code, {}))
    keep_node_lines(events)

    def stop(*ignored: object) -> None:
        json.dump(events.all, out)
        out.flush()
        os._exit(0)

    tracer.recorder.open(events, RecordLimits(events=MOST_EVENTS, trace_bytes=2**40), lambda: 0, stop)
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    sys.setswitchinterval(child.SWITCH_INTERVAL_S)  # prevents thread switches, because snoop's last frame is shared by all threads
    tracer.install(code)
    try:
        exec(code, main.__dict__)
    except BaseException:
        pass
    tracer.remove()
    stop()


def main() -> None:
    sys.warnoptions, programs = [], json.load(sys.stdin)
    import warnings
    warnings.simplefilter("ignore")
    for source, stdin in programs:
        with tempfile.TemporaryFile("w+") as out:
            pid = os.fork()
            if not pid:
                try:
                    run(source, stdin, out)
                except BaseException:  # an error of this script; run() catches the exceptions of the program
                    traceback.print_exc(file=sys.__stderr__)
                finally:
                    os._exit(1)
            os.waitpid(pid, 0)
            out.seek(0)
            print(out.read() or "[]", flush=True)


if __name__ == "__main__":
    main()
