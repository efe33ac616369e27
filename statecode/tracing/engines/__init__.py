"""The engines that record traces, and the checks that an engine and its options can be used on this machine."""

from __future__ import annotations

import functools
import warnings

from statecode.errors import ConfigError
from statecode.records import FIDELITIES, REPR_LIMIT
from statecode.tracing.engines import native

ENGINES = ("native", "snoop")
"""The names of the engines, the fastest first. With the fidelity `snoop` they record the same traces."""

_DEFAULT = "native"


class SlowEngine(UserWarning):
    """Warning that the native engine cannot be used in this interpreter, and that the engine snoop records instead."""


@functools.cache
def default_engine() -> str:
    """Return the engine to use by default: the native engine, or snoop if the native engine cannot be used here.

    The first call that returns snoop issues a `SlowEngine` warning.
    """
    engine = best_available_engine()
    if engine != _DEFAULT:
        warnings.warn(f"snoop records, many times slower than the native engine: {native.reason()}", SlowEngine, 4)
    return engine


def best_available_engine() -> str:
    """Return the same engine as `default_engine`, without a warning."""
    return _DEFAULT if _DEFAULT != "native" or native.available() else "snoop"


def check_known(engine: str) -> None:
    """Check that an engine with this name exists.

    Raises:
        ConfigError: the engine does not exist.
    """
    if engine not in ENGINES:
        raise ConfigError(f"unknown engine {engine!r}; known: {', '.join(ENGINES)}")


def check_usable(engine: str) -> None:
    """Check that an engine can be used in this interpreter.

    Raises:
        ConfigError: the engine does not exist, or cannot be used here; the message contains the reason.
    """
    check_known(engine)
    if engine == "native" and not native.available():
        raise ConfigError(f"the native engine cannot be used here: {native.reason()}; or use the engine snoop")


def repr_limit_of(engine: str | None, fidelity: str, repr_limit: int | None = None) -> int | None:
    """Return the maximum number of characters that are recorded of one value.

    Args:
        engine: the engine that must support the fidelity; None: it is chosen later.

    Returns:
        With the fidelity `full`: `repr_limit`, or `REPR_LIMIT` if `repr_limit` is None. With the fidelity `snoop`:
        None, because the limits of snoop are fixed.

    Raises:
        ConfigError: the fidelity does not exist, the engine does not support it, or the limit is not valid for it.
    """
    check_fidelity(fidelity, repr_limit)
    if fidelity == "full" and engine not in (None, "native"):
        raise ConfigError(f"the engine {engine} has no fidelity full; use the engine native, or the fidelity snoop")
    return None if fidelity == "snoop" else repr_limit or REPR_LIMIT


def check_fidelity(fidelity: str, repr_limit: int | None) -> None:
    """Check that a fidelity exists and that the repr limit is valid for it.

    Raises:
        ConfigError: the fidelity does not exist, the limit is less than 1, or a limit is set for the fidelity `snoop`.
    """
    if fidelity not in FIDELITIES:
        raise ConfigError(f"unknown fidelity {fidelity!r}; known: {', '.join(FIDELITIES)}")
    if repr_limit is not None and fidelity == "snoop":
        raise ConfigError("a repr limit requires the fidelity full; the fidelity snoop has fixed limits")
    if repr_limit is not None and repr_limit < 1:
        raise ConfigError(f"the repr limit must be at least 1 character; got {repr_limit}")
