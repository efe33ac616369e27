"""The options of runs: one object that the commands, a build, its workers and a runner pass on as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from statecode.errors import ConfigError
from statecode.records import FIDELITIES, REPR_LIMIT, Limits, Program, files_of, files_text
from statecode.tracing.engines.base import Engine
from statecode.tracing.engines.registry import (
    ENGINES,
    best_available_engine,
    check_fidelity,
    default_engine,
    usable_engine,
)
from statecode.tracing.sandbox.isolation import Isolation, isolation_for

_UNTRUSTED_MODES = ("full", "no-namespaces")
_NOT_IN_TRACES = {"in_traces": False}  # metadata of a field that changes no byte of a trace


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The options of runs. A new option is a new field with a default; `key` does not change at the default.

    `allow_packages` is sorted and without duplicates. `repr_limit` is the limit that applies: with the fidelity `full`
    it is never None.

    Raises:
        ConfigError: the engine, fidelity or isolation mode does not exist; the engine does not support the fidelity;
            the repr limit or the files are not valid. Engines and packages that are missing on this machine are found
            later.
    """

    engine: str | None = None             # a name in `registry.ENGINES`; None: the default, see `resolved`
    fidelity: str = "snoop"               # one of `records.FIDELITIES`
    repr_limit: int | None = None         # maximum characters of a value with the fidelity full; None: `REPR_LIMIT`
    limits: Limits = field(default_factory=Limits)
    trust_programs: bool = False          # only the limits apply: programs can access files and processes
    allow_packages: tuple[str, ...] = ()  # import names outside the standard library
    files: str | None = None              # in the folder of every program without files of its own, see `Program.files`
    isolation_mode: str | None = field(default=None, metadata=_NOT_IN_TRACES)  # None: the strongest available mode

    def __post_init__(self) -> None:
        engine = None if self.engine is None else ENGINES.find(self.engine)
        object.__setattr__(self, "repr_limit", _effective_repr_limit(self.fidelity, self.repr_limit))
        if engine is not None:
            check_fidelity(engine, self.fidelity)
        if self.files is not None:
            object.__setattr__(self, "files", _checked_files(self.files))
        object.__setattr__(self, "allow_packages", tuple(sorted(set(self.allow_packages))))
        if self.isolation_mode not in (None, *_UNTRUSTED_MODES):
            known = ", ".join(_UNTRUSTED_MODES)
            raise ConfigError(f"unknown isolation mode {self.isolation_mode!r}; known: {known}")

    def resolved(self) -> RunOptions:
        """Return the same options with an engine that can be used here: the chosen one, else the default one.

        Raises:
            ConfigError: the engine cannot be used here, or does not support the fidelity.
        """
        engine = default_engine() if self.engine is None else usable_engine(self.engine)
        return replace(self, engine=engine.name)

    def find_engine(self) -> Engine:
        """Return the engine that `resolved` chooses; it may not be usable here."""
        return best_available_engine() if self.engine is None else ENGINES.find(self.engine)

    def check_language(self, program: Program) -> None:
        """Check that the engine runs programs of the language of `program`.

        Raises:
            ConfigError: it does not.
        """
        engine = self.find_engine()
        if program.language != engine.language:
            raise ConfigError(
                f"{program.program_id} is a program in {program.language}; the engine {engine.name} runs programs in "
                f"{engine.language}. Choose another engine, or leave the program out"
            )

    def finds_files(self, program: Program) -> bool:
        """Return True if the program has files of its own or finds those of all programs; it may then create others."""
        return self.files is not None or program.files is not None

    def isolation(self) -> Isolation:
        """Return the isolation with which programs run on this machine. Each layer is probed once per process.

        Raises:
            IsolationError: the requested mode is not available here.
        """
        return isolation_for(
            trust_programs=self.trust_programs, allow_packages=self.allow_packages, mode=self.isolation_mode
        )

    def settings(self) -> dict[str, Any]:
        """Return the options that affect traces, as values that JSON can represent; one item per limit.

        `files` is a hash of the files.
        """
        found: dict[str, Any] = {}
        for option in fields(self):
            value = getattr(self, option.name)
            if option.metadata.get("in_traces", True):
                plain = list(value) if isinstance(value, tuple) else value
                found |= asdict(value) if isinstance(value, Limits) else {option.name: plain}
        if self.files is not None:
            found["files"] = hashlib.sha256(self.files.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return found

    def key(self) -> dict[str, Any]:
        """Return the items of `settings` that differ from their defaults, so that a new option changes no key."""
        return without_defaults(self.settings(), type(self)().settings())

    def trace_fields(self) -> dict[str, Any]:
        """Return the fields of a trace that state how it was recorded, except the limits."""
        return {"engine": self.engine, "fidelity": self.fidelity, "repr_limit": self.repr_limit}


def without_defaults(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that have no default or differ from it, sorted by name."""
    return {
        name: value for name, value in sorted(settings.items())
        if name not in defaults or value != defaults[name]
    }


def _checked_files(text: str) -> str:
    try:
        return files_text(files_of(text))
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _effective_repr_limit(fidelity: str, repr_limit: int | None) -> int | None:
    """Return the maximum number of characters that are recorded of one value.

    Returns:
        With the fidelity `full`: `repr_limit`, or `REPR_LIMIT` if `repr_limit` is None. With the fidelity `snoop`:
        None, because the limits of snoop are fixed.

    Raises:
        ConfigError: the fidelity does not exist, the limit is less than 1, or a limit is set for the fidelity `snoop`.
    """
    if fidelity not in FIDELITIES:
        raise ConfigError(f"unknown fidelity {fidelity!r}; known: {', '.join(FIDELITIES)}")
    if repr_limit is not None and fidelity == "snoop":
        raise ConfigError("a repr limit requires the fidelity full; the fidelity snoop has fixed limits")
    if repr_limit is not None and repr_limit < 1:
        raise ConfigError(f"the repr limit must be at least 1 character; got {repr_limit}")
    return None if fidelity == "snoop" else repr_limit or REPR_LIMIT
