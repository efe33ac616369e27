"""The recorder in a process that is not made for it, and goes on when a recording has ended."""

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
    """Let through where recordings can be made.

    Raises:
        RecordingError: the native engine cannot be used in this interpreter; the message says why.
    """
    reason = native.reason()
    if reason:
        raise RecordingError(f"statecode.record needs the native engine, which cannot be used here: {reason}")


def new_recorder(repr_limit: int | None, module: str) -> Any:
    """Make a recorder that reads values whole up to a limit of characters, or as snoop does where that is None.

    Args:
        module: the name of the module whose objects' attributes are told where values are read whole.
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
    """Import what reads values, without the packages that it imports only to know their classes: see `late_reprs`."""
    real = importlib.import_module

    def import_module(name: str, package: str | None = None) -> types.ModuleType:
        asked_by = sys._getframe(1).f_globals.get("__name__")
        if asked_by == "cheap_repr" and name.partition(".")[0] in _HEAVY and name not in sys.modules:
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
    """Says to cheap_repr, which asks while it handles an exception, whether to let it pass: Ctrl-C is the program's."""

    def __bool__(self) -> bool:
        return sys.exc_info()[0] is KeyboardInterrupt
