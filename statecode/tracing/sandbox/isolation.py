"""Select the isolation mode: the set of sandbox layers in which programs run.

    full            all layers: bubblewrap's namespaces, no privileges, Landlock, seccomp, limits
    no-namespaces   the same without namespaces: for machines where user namespaces are disabled
    trusted         limits only: for programs that the user trusts

Every program is untrusted, except statecode's embedded programs and those that the user runs as trusted.
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
    """A set of sandbox layers, by name."""

    FULL = "full"
    NO_NAMESPACES = "no-namespaces"
    TRUSTED = "trusted"


LAYERS_OF = {
    Mode.FULL: ("namespaces", "privileges", "landlock", "seccomp", "limits"),
    Mode.NO_NAMESPACES: ("privileges", "landlock", "seccomp", "limits"),
    Mode.TRUSTED: ("limits",),
}
"""The layers of each mode. The mode `full` is also possible on a machine without Landlock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """The isolation of a `SandboxRunner`: the mode, and the state of each layer on this machine."""

    mode: Mode
    layers: tuple[LayerState, ...]       # result of the probes: active, or refused with the reason
    packages: tuple[str, ...] = ()       # import names that programs may use in addition to the standard library
    embedded_only: bool = False          # True: only the embedded programs may run, as no other can be isolated
    files: bool = False                  # True: programs may create files, if `writable_folder`

    @property
    def active(self) -> frozenset[str]:
        """The names of the layers that programs run in: those of the mode that work on this machine."""
        allowed = {layer.name for layer in self.layers if layer.active}
        return frozenset(allowed.intersection(LAYERS_OF[self.mode]))

    @property
    def writable_folder(self) -> bool:
        """True if programs have a folder of their own in which they can create files."""
        return self.files and not self.read_only_reason()

    def read_only_reason(self) -> str:
        """Return the reason why programs can create no files that are recorded; "" if they can."""
        if self.mode is Mode.TRUSTED:
            return "the files of trusted programs are not recorded"
        for layer in self.layers:
            if layer.name in ("namespaces", "privileges", "seccomp") and layer.name not in self.active:
                return f"{layer.name}: {self._state(layer)}"
        from statecode.tracing.sandbox import namespaces  # late: the fork server imports this module, and stays small

        return namespaces.mount_refusal()

    def as_dict(self) -> dict[str, Any]:
        """Return the mode, the packages and the state of every layer as values that JSON can represent."""
        states = {layer.name: self._state(layer) for layer in self.layers}
        return {"mode": self.mode.value, "layers": states, "packages": list(self.packages)}

    def check(self, program: Program, input_index: int, finds_files: bool = False) -> None:
        """Check that the program may run with this isolation.

        Args:
            finds_files: the program finds files in its folder; an embedded program could import them.

        Raises:
            IsolationError: the program is untrusted, and this machine cannot isolate untrusted programs; or it finds
                files, and they cannot be brought into the namespaces.
        """
        if self.embedded_only and (finds_files or not is_embedded_program(program, input_index)):
            raise IsolationError(_refusal(self.layers, program.program_id))
        if finds_files and "namespaces" in self.active and (reason := self.read_only_reason()):
            raise IsolationError(
                f"{program.program_id}: it cannot find its files: {reason}. Use another bubblewrap, or leave the files "
                "out"
            )

    def _state(self, layer: LayerState) -> str:
        if layer.name in self.active:
            return f"active: {layer.detail}"
        return f"not used: mode {self.mode.value}" if layer.active else f"refused: {layer.detail}"


def isolation_for(
    *, trust_programs: bool = False, allow_packages: Sequence[str] = (), mode: Mode | str | None = None
) -> Isolation:
    """Return an isolation with the strongest mode that this machine supports, or with `mode` if it is not None.

    If the machine cannot isolate untrusted programs, the result accepts statecode's embedded programs only.

    Args:
        trust_programs: run programs in the mode `trusted`, with limits only.
        allow_packages: import names that programs may use in addition to the standard library.

    Raises:
        IsolationError: this machine does not support `mode`.
        ValueError: there is no mode with this name.
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
    """Return the modes that this machine supports for untrusted programs, strongest first.

    Each of them requires privileges, seccomp, limits, and a layer that restricts files: namespaces or Landlock.
    """
    active = {layer.name for layer in states if layer.active}
    if not {"privileges", "seccomp", "limits"} <= active:
        return []
    file_layers = {Mode.FULL: "namespaces", Mode.NO_NAMESPACES: "landlock"}
    return [mode for mode, layer in file_layers.items() if layer in active]


def is_embedded_program(program: Program, input_index: int) -> bool:
    """Return True if this is one of statecode's embedded programs with one of its own inputs.

    Code and input are compared, not the program_id, which a source of programs can choose. The input is compared
    because some embedded programs evaluate their input.
    """
    return _digest(program.code, program.inputs[input_index]) in _embedded_digests()


@functools.cache
def _embedded_digests() -> frozenset[bytes]:
    from statecode.programs import load_programs

    return frozenset(_digest(program.code, stdin) for program in load_programs("embedded") for stdin in program.inputs)


def _digest(code: str, stdin: str) -> bytes:
    lengths = f"{len(code)} {len(stdin)} ".encode()
    return hashlib.sha256(lengths + (code + stdin).encode("utf-8", "surrogatepass")).digest()


def _refusal(states: Sequence[LayerState], subject: str) -> str:
    missing = "; ".join(f"{layer.name}: {layer.detail}" for layer in states if not layer.active)
    return (
        f"{subject}: untrusted programs cannot be isolated on this machine ({missing}); `statecode doctor` lists the "
        "fixes. If you trust the programs, pass --trust-programs (trust_programs=True in Python)"
    )
