"""Find folders of this machine in the rows of a corpus, which may contain the name of the user who built it."""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Trace
from statecode.tracing.wire.normalise import machine_folders


def find_machine_paths(trace: Trace) -> list[str]:
    """Return the folders of this machine that a trace contains, other than in the program's own source or input.

    The result is empty for every trace that `wire.normalise` has normalised.
    """
    folders = [
        folder for folder in machine_folders()
        if folder not in trace.code and folder not in trace.stdin
    ]
    text = "\n".join(recorded_texts(trace))
    return [folder for folder in folders if folder in text]


def recorded_texts(trace: Trace) -> Iterator[str]:
    """Yield the texts that were recorded during the run."""
    yield from (trace.stdout, trace.stderr, trace.files or "", trace.truncation or "")
    if trace.exception is not None:
        yield trace.exception.message
    for event in trace.events:
        yield from (event.function, event.value or "", event.detail or "")
        for change in event.changes:
            yield from change
