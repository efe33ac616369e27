"""Check that the seccomp filters decide every system call by the allow-list."""

from __future__ import annotations

import itertools

import pytest

from statecode.tracing.sandbox import make_filters
from statecode.tracing.sandbox.allow_list import (
    ALLOWED,
    ALLOWED_IF,
    ALLOWED_WITH_FILES,
    ALLOWED_WITH_FILES_IF,
    ALLOWED_WITH_NAMESPACES,
    FILTERS,
    NO_OPS,
    PID_PLACEHOLDER,
    UNIMPLEMENTED,
    allowed_by,
)
from statecode.tracing.sandbox.make_filters import ARCHITECTURES
from tests.support.seccomp_filters import ALLOW, ENOSYS, EPERM, SUCCESS, THREAD, committed, decide, libseccomp, names_of

ALL_IF = {**ALLOWED_IF, **ALLOWED_WITH_FILES_IF}


@pytest.mark.parametrize("filter_name", FILTERS)
@pytest.mark.parametrize("made", ["committed", "now"])
@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_every_call_is_decided_by_the_list(machine: str, made: str, filter_name: str) -> None:
    program = (committed if made == "committed" else libseccomp().build)(machine, filter_name)
    names = names_of(machine)
    assert names["read"] == {"x86_64": 0, "aarch64": 63}[machine] and len(names) > 280
    by_number = {number: name for name, number in names.items()}
    for number in range(601):
        name = by_number.get(number, "no such call")
        answers = set()
        for arguments in arguments_for(name):
            expected = expected_action(name, arguments, filter_name)
            assert decide(program, number, *arguments, arch=ARCHITECTURES[machine]) == expected, (name, arguments)
            answers.add(expected)
        assert len(answers) == (2 if name in allowed_by(filter_name)[1] else 1)
    older = set() if machine == "x86_64" else {"open"}
    assert names.keys() >= (set(ALLOWED_IF) | UNIMPLEMENTED | NO_OPS) - older


def expected_action(name: str, arguments: tuple[int, ...], filter_name: str) -> int:
    if name in UNIMPLEMENTED:
        return ENOSYS
    if name in NO_OPS:
        return SUCCESS
    always, with_rules = allowed_by(filter_name)
    rules = [[]] if name in always else with_rules.get(name, ())
    fits = any(all(arguments[check.argument] & check.mask == check.value for check in rule) for rule in rules)
    return ALLOW if fits else EPERM


def arguments_for(name: str) -> list[tuple[int, ...]]:
    """Return arguments to test a call with.

    For a call with rules: each expected value, and each value that differs from it in one bit, in all combinations.
    """
    if name not in ALL_IF:
        return [(0,) * 6, (2**64 - 1,) * 6, (PID_PLACEHOLDER,) * 6, (THREAD, 1, 0, 0, 0, 0)]
    checks = [check for rule in ALL_IF[name] for check in rule]
    values: list[set[int]] = [{0} for _ in range(6)]
    for check in checks:
        bits = range(0, 64, 3) if len({check.argument for check in checks}) > 1 else range(64)
        values[check.argument] |= {check.value, 2**64 - 1} | {check.value ^ 1 << bit for bit in bits}
    return list(itertools.product(*values))


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_list_contains_known_calls_only(machine: str) -> None:
    with_files = (ALLOWED_WITH_FILES, ALLOWED_WITH_FILES_IF.keys())
    parts = (ALLOWED, ALLOWED_IF.keys(), NO_OPS, UNIMPLEMENTED, ALLOWED_WITH_NAMESPACES, *with_files)
    assert not any(one & other for one, other in itertools.combinations(parts, 2))
    with pytest.raises(make_filters.ConfigError, match="'raed'"):
        libseccomp().number("raed", machine)
