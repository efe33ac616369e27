"""How far a program is kept from everything else: the modes, and which of them this machine allows.

    full            bubblewrap's namespaces, no privileges, Landlock, seccomp, limits
    no-namespaces   the same without the first: where user namespaces are off
    trusted         limits alone: for programs that the user vouches for

Programs are untrusted unless they are statecode's own or the user says otherwise.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from statecode.errors import IsolationError
from statecode.records import Program
from statecode.tracing.sandbox.layers import LayerState, probe_layers


class Mode(str, Enum):
    """What stands between a program and the machine."""

    FULL = "full"
    NO_NAMESPACES = "no-namespaces"
    TRUSTED = "trusted"


LAYERS_OF = {
    Mode.FULL: ("namespaces", "privileges", "landlock", "seccomp", "limits"),
    Mode.NO_NAMESPACES: ("privileges", "landlock", "seccomp", "limits"),
    Mode.TRUSTED: ("limits",),
}
"""The layers that each mode is made of; a machine may lack Landlock in the full one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """How a slot runs its programs."""

    mode: Mode
    layers: tuple[LayerState, ...]       # what was probed: active here, or refused and why
    packages: tuple[str, ...] = ()       # import names beyond the standard library that programs may use
    embedded_only: bool = False          # the machine allows no untrusted program: statecode's own alone may run

    @property
    def active(self) -> frozenset[str]:
        """The names of the layers that this isolation puts around a program."""
        allowed = {layer.name for layer in self.layers if layer.active}
        return frozenset(allowed.intersection(LAYERS_OF[self.mode]))

    def as_dict(self) -> dict[str, Any]:
        """Give mode, packages and every layer's state as JSON can hold them."""
        states = {layer.name: self._state(layer) for layer in self.layers}
        return {"mode": self.mode.value, "layers": states, "packages": list(self.packages)}

    def check(self, program: Program, input_index: int) -> None:
        """Let the program pass, or say why it must not run here.

        Raises:
            IsolationError: it is untrusted, and nothing here would hold it.
        """
        if self.embedded_only and not is_own(program, input_index):
            raise IsolationError(_refusal(self.layers, program.program_id))

    def _state(self, layer: LayerState) -> str:
        if layer.name in self.active:
            return f"active: {layer.detail}"
        return f"not used: mode {self.mode.value}" if layer.active else f"refused: {layer.detail}"


def isolation_for(
    *, trust_programs: bool = False, allow_packages: Sequence[str] = (), mode: Mode | str | None = None
) -> Isolation:
    """Choose the strongest mode that this machine allows; `mode` asks for one by name.

    Where no untrusted program can run, the result lets only statecode's own programs pass.

    Raises:
        IsolationError: the mode that was asked for cannot be had here.
    """
    states = probe_layers()
    packages = tuple(sorted(set(allow_packages)))
    if trust_programs or mode == Mode.TRUSTED:
        return Isolation(mode=Mode.TRUSTED, layers=states, packages=packages)
    possible = possible_modes(states)
    if mode is not None:
        if Mode(mode) not in possible:
            raise IsolationError(_refusal(states, f"mode {Mode(mode).value}"))
        return Isolation(mode=Mode(mode), layers=states, packages=packages)
    if not possible:
        return Isolation(mode=Mode.TRUSTED, layers=states, packages=packages, embedded_only=True)
    return Isolation(mode=possible[0], layers=states, packages=packages)


def possible_modes(states: Sequence[LayerState]) -> list[Mode]:
    """The modes that hold untrusted programs, strongest first.

    Seccomp, limits and the loss of privileges are never done without, nor some wall between programs and files.
    """
    active = {layer.name for layer in states if layer.active}
    if not {"privileges", "seccomp", "limits"} <= active:
        return []
    return [mode for mode, wall in ((Mode.FULL, "namespaces"), (Mode.NO_NAMESPACES, "landlock")) if wall in active]


def is_own(program: Program, input_index: int) -> bool:
    """Tell whether this is one of statecode's own programs on one of its own inputs, by what they are, not by what
    they say of themselves: some of them evaluate what they read."""
    return _digest(program.code, program.inputs[input_index]) in _own_digests()


@functools.cache
def _own_digests() -> frozenset[bytes]:
    from statecode.programs import load_programs

    return frozenset(_digest(own.code, text) for own in load_programs("embedded") for text in own.inputs)


def _digest(code: str, stdin: str) -> bytes:
    lengths = f"{len(code)} {len(stdin)} ".encode()
    return hashlib.sha256(lengths + (code + stdin).encode("utf-8", "surrogatepass")).digest()


def _refusal(states: Sequence[LayerState], what: str) -> str:
    missing = "; ".join(f"{layer.name}: {layer.detail}" for layer in states if not layer.active)
    return (
        f"{what}: untrusted programs cannot be held on this machine ({missing}); `statecode doctor` says what to "
        "install. If you vouch for the programs, give --trust-programs (trust_programs=True in Python)"
    )
