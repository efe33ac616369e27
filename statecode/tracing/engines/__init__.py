"""The engines that record traces: which there are, which can be used here, which is taken where none is asked for."""

from __future__ import annotations

import functools
import warnings

from statecode.errors import ConfigError
from statecode.records import FIDELITIES, REPR_LIMIT
from statecode.tracing.engines import native

ENGINES = ("native", "snoop")
"""The engines by name, the fastest first. With the fidelity `snoop` they record the same."""

_DEFAULT = "native"


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


def repr_limit_of(engine: str, fidelity: str, repr_limit: int | None = None) -> int | None:
    """How many characters of a value are kept: the limit asked for, or the default; None with the fidelity `snoop`.

    Raises:
        ConfigError: there is no such fidelity, the engine does not have it, or it has no such limit.
    """
    check_fidelity(fidelity, repr_limit)
    if fidelity == "full" and engine != "native":
        raise ConfigError(f"the engine {engine} has no fidelity full; take the engine native, or the fidelity snoop")
    return None if fidelity == "snoop" else repr_limit or REPR_LIMIT


def check_fidelity(fidelity: str, repr_limit: int | None) -> None:
    """Let through what goes together.

    Raises:
        ConfigError: there is no such fidelity, or it has no such limit.
    """
    if fidelity not in FIDELITIES:
        raise ConfigError(f"unknown fidelity {fidelity!r}; known: {', '.join(FIDELITIES)}")
    if repr_limit is not None and fidelity == "snoop":
        raise ConfigError("a repr limit goes with the fidelity full; snoop has its own limits")
    if repr_limit is not None and repr_limit < 1:
        raise ConfigError(f"the repr limit must be at least 1 character; got {repr_limit}")
