"""In-process recording: the recorder in a process that continues after the recording."""

from __future__ import annotations

import functools
from typing import Any

from statecode.errors import RecordingError
from statecode.tracing.engines import native


def check_usable() -> None:
    """Check that recordings can be made in this interpreter.

    Raises:
        RecordingError: the native engine cannot be used; the message contains the reason.
    """
    reason = native.reason()
    if reason:
        raise RecordingError(f"statecode.record needs the native engine, which cannot be used here: {reason}")


def new_recorder(repr_limit: int | None, module: str) -> Any:
    """Create a recorder.

    Args:
        repr_limit: record full values up to this number of characters; None: the shortened values of snoop.
        module: with full values, attributes are recorded for instances of the classes of this module.
    """
    recorder = _recorder_type()()
    if repr_limit is not None:
        from statecode.tracing.engines.native.full_values import FullValues

        values = FullValues(repr_limit, module)
        recorder.use_full_values(values.list_changes, values.text)
    return recorder


@functools.cache
def _recorder_type() -> functools.partial[Any]:
    check_usable()
    from statecode.tracing.engines.native import _engine, guarded_reads, tracer  # type: ignore[attr-defined]

    guarded_reads.pass_on(KeyboardInterrupt)
    return functools.partial(_engine.Recorder, **tracer.recorder_parts())
