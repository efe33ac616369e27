"""The engines: the only place by which the rest of the package knows them."""

from __future__ import annotations

import functools
import warnings
from dataclasses import replace

from statecode.errors import ConfigError
from statecode.records import FIDELITIES
from statecode.registry import Registry
from statecode.tracing.engines import native
from statecode.tracing.engines.base import Engine
from statecode.tracing.engines.cpython import CPythonEngine

NATIVE = CPythonEngine(
    name="native", tracer="statecode.tracing.engines.native.tracer:NativeTracer", fidelities=("snoop", "full"),
    records_are_complete=False, reason=native.reason, shares_processes=True,
)
IMITATION = replace(
    NATIVE, tracer="statecode.tracing.engines.native.tracer:ImitatingTracer", shares_processes=False
)
"""The native engine with the effects of snoop on the program, for comparisons only; it is not registered."""
SNOOP = CPythonEngine(name="snoop", tracer="statecode.tracing.engines.snoop.recorder:SnoopTracer")


def _check(engine: Engine) -> None:
    """Raise ValueError if an engine is a class, lacks a member of `Engine`, or has an unknown fidelity."""
    missing = [name for name in vars(Engine) if not name.startswith("_") and not hasattr(engine, name)]
    if isinstance(engine, type):
        raise ValueError(f"the engine {engine.name!r} is a class; register an object of it")
    if missing:
        raise ValueError(f"the engine {engine.name!r} lacks {', '.join(missing)}")
    if not engine.fidelities or not set(engine.fidelities) <= set(FIDELITIES):
        raise ValueError(f"the engine {engine.name!r} needs fidelities; those that exist: {', '.join(FIDELITIES)}")


ENGINES: Registry[Engine] = Registry("engine", (NATIVE, SNOOP), check=_check)
"""The engines by name; of each language the preferred one first. With one fidelity they record the same traces.

The workers of a build receive a registered engine by pickle. They import the module of its class, which therefore must
not be `__main__`.
"""


class SlowEngine(UserWarning):
    """Warning that the preferred engine cannot be used in this interpreter, and that a slower engine records."""


def usable_engine(name: str) -> Engine:
    """Return the engine with this name, which can be used here.

    Raises:
        ConfigError: the engine does not exist, or cannot be used here; the message contains the reason.
    """
    engine = ENGINES.find(name)
    reason = engine.unavailable_reason()
    if reason:
        others = [other.name for other in engines_for(engine.language) if not other.unavailable_reason()]
        advice = f"; or use the engine {others[0]}" if others else ""
        raise ConfigError(f"the {name} engine cannot be used here: {reason}{advice}")
    return engine


def check_fidelity(engine: Engine, fidelity: str) -> None:
    """Check that an engine supports a fidelity.

    Raises:
        ConfigError: it does not; the message names another engine of the same language that does.
    """
    if fidelity not in engine.fidelities:
        others = [f"the engine {other.name}" for other in engines_for(engine.language) if fidelity in other.fidelities]
        advice = ", or ".join([*others[:1], f"the fidelity {engine.fidelities[0]}"])
        raise ConfigError(f"the engine {engine.name} has no fidelity {fidelity}; use {advice}")


def engines_for(language: str) -> list[Engine]:
    """Return the engines for programs of a language, the preferred one first.

    Raises:
        ConfigError: there is none.
    """
    found = [engine for engine in ENGINES.values() if engine.language == language]
    if not found:
        raise ConfigError(f"no engine runs programs in {language}; known: {', '.join(ENGINES)}")
    return found


def best_available_engine(language: str = "python") -> Engine:
    """Return the first engine for programs of a language that can be used here; the first of all if there is none."""
    engines = engines_for(language)
    return next((engine for engine in engines if not engine.unavailable_reason()), engines[0])


def default_engine(language: str = "python") -> Engine:
    """Return the same engine as `best_available_engine`.

    The first call that does not return the preferred engine issues a `SlowEngine` warning.
    """
    engine, preferred = best_available_engine(language), engines_for(language)[0]
    if engine != preferred:
        _warn_once(f"{engine.name} records, many times slower than the {preferred.name} engine: "
                   f"{preferred.unavailable_reason()}")
    return engine


@functools.cache
def _warn_once(message: str) -> None:
    warnings.warn(message, SlowEngine, 5)
