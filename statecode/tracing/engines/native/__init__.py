"""The native engine: what snoop records, recorded by a C trace function.

`_engine` is built when statecode is installed, where there is a C compiler and the interpreter is one that it knows.
`available` says whether it can be used here and `reason` why not; `tracer` is for the traced process alone.
"""

from __future__ import annotations

import functools
import importlib
import sys
import sysconfig

INTERFACE = 6
"""What this package and the built module agree on; `_engine.c` has the same number."""

_ENGINE = "statecode.tracing.engines.native._engine"
_VERSIONS = ((3, 10), (3, 13))  # the first and the last whose frames `_engine.c` knows; setup.py has them too
_REBUILD = (
    "install statecode again where there is a C compiler (pip install --force-reinstall --no-deps --no-binary "
    "statecode statecode; in a checkout: pip install --editable .)"
)


def available() -> bool:
    """Tell whether the native engine can be used in this interpreter."""
    return not reason()


@functools.cache
def reason() -> str:
    """Say in one line why the native engine cannot be used here, and what to do; empty where it can."""
    unknown = _unknown_interpreter()
    if unknown:
        return unknown
    try:
        engine = importlib.import_module(_ENGINE)
    except ModuleNotFoundError as error:
        if error.name != _ENGINE:
            return f"it cannot be imported ({_line(error)}); {_REBUILD}"
        return f"it was not built for this Python; {_REBUILD}"
    except Exception as error:  # a library is missing, or it was built for something else
        return f"it cannot be imported ({_line(error)}); {_REBUILD}"
    built = getattr(engine, "INTERFACE", None)
    if built != INTERFACE:
        return f"it was built from another version of statecode (interface {built}, not {INTERFACE}); {_REBUILD}"
    return ""


def _unknown_interpreter() -> str:
    first, last = _VERSIONS
    name, version = sys.implementation.name, _dotted(sys.version_info[:2])
    if name != "cpython" or not first <= sys.version_info[:2] <= last:
        return f"it needs CPython {_dotted(first)} to {_dotted(last)}; this is {name} {version}"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return f"it needs an interpreter with the global lock; this is a free-threaded {name} {version}"
    if sys.platform == "win32":
        return "it needs POSIX; this is Windows"
    return ""


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
