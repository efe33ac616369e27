"""The engines that record traces: which there are, which can be used here, which is taken where none is asked for."""

from __future__ import annotations

import functools
import warnings

from statecode.errors import ConfigError
from statecode.tracing import native

ENGINES = ("native", "snoop")
"""The engines by name, the fastest first. They record the same."""

_DEFAULT = "snoop"


class SlowEngine(UserWarning):
    """The native engine cannot be used in this interpreter, and snoop records in its place."""


@functools.cache
def default_engine() -> str:
    """The engine where none is asked for: the native one where it can be used. Where not, a warning says so once."""
    engine = preferred_engine()
    if engine != _DEFAULT:
        warnings.warn(f"snoop records, many times slower than the native engine: {native.reason()}", SlowEngine, 3)
    return engine


def preferred_engine() -> str:
    """What `default_engine` gives, without its warning."""
    return _DEFAULT if _DEFAULT != "native" or native.available() else "snoop"


def check_known(engine: str) -> None:
    """Let through the names of engines.

    Raises:
        ConfigError: there is no such engine.
    """
    if engine not in ENGINES:
        raise ConfigError(f"unknown engine {engine!r}; known: {', '.join(ENGINES)}")


def check_usable(engine: str) -> None:
    """Let through the engines that can be used in this interpreter.

    Raises:
        ConfigError: there is no such engine, or it cannot be used here; the message says why.
    """
    check_known(engine)
    if engine == "native" and not native.available():
        raise ConfigError(f"the native engine cannot be used here: {native.reason()}; or take the engine snoop")
