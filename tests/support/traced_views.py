"""Traces of short programs, and the parts of their texts that have a given kind."""

from __future__ import annotations

from statecode.records import Program, Trace
from statecode.tracing import SandboxRunner
from statecode.views import render
from statecode.views.cutting import spans
from statecode.views.segments import Kind


def traced(runner: SandboxRunner, code: str, stdin: str = "") -> Trace:
    return runner.run(Program(program_id="p", problem_id="p", code=code, inputs=(stdin,))).trace


def texts_of(trace: Trace, view: str, kind: Kind) -> list[str]:
    text = render(trace, view)
    return [text[span.start:span.end] for span in spans(trace, view) if span.kind is kind]
