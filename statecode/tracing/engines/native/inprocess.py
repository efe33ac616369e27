"""In-process recording: the recorder in a process that continues after the recording."""

from __future__ import annotations

import functools
import importlib
import sys
import types
from typing import Any

from statecode.errors import RecordingError
from statecode.tracing.engines import native

_HEAVY = ("numpy", "pandas", "django")


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
    _import_cheap_repr()
    from statecode.tracing.engines.native import _engine, tracer  # type: ignore[attr-defined]

    return functools.partial(_engine.Recorder, **tracer.recorder_parts())


def _import_cheap_repr() -> None:
    """Import cheap_repr without the large packages that it imports only for their classes: see `deferred_reprs`."""
    real = importlib.import_module

    def import_module(name: str, package: str | None = None) -> types.ModuleType:
        caller = sys._getframe(1).f_globals.get("__name__")
        if caller == "cheap_repr" and name.partition(".")[0] in _HEAVY and name not in sys.modules:
            raise ImportError(name)
        return real(name, package)

    importlib.import_module = import_module
    try:
        cheap_repr = real("cheap_repr")
    finally:
        importlib.import_module = real
    cheap_repr.__dict__["import_module"] = real
    reader = cheap_repr.__dict__["cheap_repr"]
    reader.raise_exceptions = reader.raise_exceptions or _Interrupted()


class _Interrupted:
    """A flag for cheap_repr that is true while a KeyboardInterrupt is handled. cheap_repr then raises it again."""

    def __bool__(self) -> bool:
        return sys.exc_info()[0] is KeyboardInterrupt
