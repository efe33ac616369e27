"""The native engine: a C trace function that records the same events as snoop.

The extension module `_engine` is built when statecode is installed, if there is a C compiler and the interpreter is
supported. `available` and `reason` report whether it can be used. Import `tracer` in the traced process only.
"""

from __future__ import annotations

import functools
import importlib
import sys
import sysconfig

INTERFACE = 11
"""Version of the interface between this package and the built module; `_engine.c` defines the same number."""

_ENGINE = "statecode.tracing.engines.native._engine"
_VERSIONS = ((3, 10), (3, 13))  # the first and the last that `_engine.c` supports; setup.py repeats them
_REBUILD = (
    "install a C compiler, then reinstall statecode (pip install --force-reinstall --no-deps --no-binary statecode "
    "statecode; in a checkout: pip install --editable .)"
)


def available() -> bool:
    """Return True if the native engine can be used in this interpreter."""
    return not reason()


@functools.cache
def reason() -> str:
    """Explain in one line why the native engine cannot be used in this interpreter, and how to fix it.

    Returns:
        The line; the empty string if the engine can be used.
    """
    unsupported = _unsupported_interpreter()
    if unsupported:
        return unsupported
    try:
        engine = importlib.import_module(_ENGINE)
    except ModuleNotFoundError as error:
        if error.name != _ENGINE:
            return f"it cannot be imported ({_line(error)}); {_REBUILD}"
        return f"it was not built for this Python; {_REBUILD}"
    except Exception as error:  # a missing library, or a build for another interpreter
        return f"it cannot be imported ({_line(error)}); {_REBUILD}"
    built = getattr(engine, "INTERFACE", None)
    if built != INTERFACE:
        return f"it was built from another version of statecode (interface {built}, not {INTERFACE}); {_REBUILD}"
    return ""


def _unsupported_interpreter() -> str:
    first, last = _VERSIONS
    name, version = sys.implementation.name, _dotted(sys.version_info[:2])
    if name != "cpython" or not first <= sys.version_info[:2] <= last:
        return f"it needs CPython {_dotted(first)} to {_dotted(last)}; this is {name} {version}"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return f"it needs an interpreter with the GIL; this is a free-threaded {name} {version}"
    if sys.platform == "win32":
        return "it needs POSIX; this is Windows"
    return ""


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
