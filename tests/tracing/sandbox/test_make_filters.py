"""Check the decisions of the prebuilt seccomp filters, and that they are up to date."""

from __future__ import annotations

import ctypes
import itertools
import struct

import pytest

from statecode.tracing.sandbox import make_filters
from statecode.tracing.sandbox.allow_list import FILTERS, PID_PLACEHOLDER
from statecode.tracing.sandbox.make_filters import ARCHITECTURES, MADE_WITH
from tests.support.seccomp_filters import (
    ALLOW,
    ENOSYS,
    EPERM,
    KILL,
    NEWNET,
    NEWUSER,
    PARENT,
    SIGCHLD,
    SUCCESS,
    THREAD,
    committed,
    decide,
    libseccomp,
)

X32_BIT = 0x4000_0000


def test_the_interpreter_on_a_program_with_known_results() -> None:
    program = b"".join(struct.pack("<HBBI", *step) for step in [
        (0x20, 0, 0, 16), (0x54, 0, 0, 0xF), (0x15, 0, 1, 3), (0x06, 0, 0, 33), (0x25, 0, 1, 3), (0x05, 0, 0, 1),
        (0x06, 0, 0, 22), (0x06, 0, 0, 44),
    ])  # low = argument 0 & 15; returns 33 if low == 3, 44 if low > 3, else 22
    assert [decide(program, 0, value) for value in (0x13, 0x14, 0x12, 0xF3)] == [33, 44, 22, 33]


KNOWN_ANSWERS = [  # for x86-64, from syscall_64.tbl
    (0, (), ALLOW), (1, (), ALLOW), (2, (), ALLOW), (9, (), ALLOW), (202, (), ALLOW), (231, (), ALLOW),  # read … exit_group
    (41, (1, 1), EPERM), (42, (), EPERM), (46, (), EPERM), (49, (), EPERM), (50, (), EPERM),  # socket connect sendmsg bind listen
    (57, (), EPERM), (58, (), EPERM), (59, (), EPERM), (322, (), EPERM),                # fork vfork execve execveat
    (101, (), EPERM), (165, (), EPERM), (319, (), EPERM), (425, (), EPERM), (434, (), EPERM),  # ptrace mount memfd io_uring pidfd
    (435, (), ENOSYS), (600, (), EPERM), (0xFFFF_FFFF, (), EPERM),
    (56, (THREAD,), ALLOW), (56, (THREAD | 0x40_0000,), ALLOW), (56, (SIGCHLD,), EPERM), (56, (0,), EPERM),
    (56, (THREAD | NEWNET,), EPERM), (56, (THREAD | NEWUSER,), EPERM), (56, (THREAD | PARENT,), EPERM),
    (56, (THREAD | SIGCHLD,), EPERM), (56, (THREAD & ~0x1_0000,), EPERM),
    (56, (0x1_0F00,), ALLOW), (56, (THREAD & ~0x400,), EPERM), (56, (THREAD & ~0x200,), EPERM),  # clone: FILES, FS
    (56, (THREAD & ~0x100,), EPERM), (56, (THREAD & ~0x800,), EPERM), (56, (0x1_0000,), EPERM),  # VM, SIGHAND
    (2, (0, 0o2000000), ALLOW), (2, (0, 1), ALLOW), (2, (0, 2), ALLOW), (2, (0, 3), EPERM), (2, (3, 0), ALLOW),  # open
    (2, (0, 0o1000), EPERM), (2, (0, 0o1101), ALLOW), (2, (0, 0o1002), ALLOW), (2, (0, 0o1100), EPERM), (85, (), EPERM),
    (257, (3, 0, 0o200000), ALLOW), (257, (0, 0, 1), ALLOW), (257, (0, 0, 2), ALLOW), (257, (0, 0, 3), EPERM),  # openat
    (257, (0, 0, 0o1003), EPERM), (257, (0, 0, 0o1000), EPERM), (257, (0, 0, 0o1101), ALLOW),
    (257, (0, 0, 0o1002), ALLOW), (257, (0, 0, 1 << 32 | 3), EPERM), (257, (0, 0, 3 << 32), ALLOW), (257, (0, 3, 0, 3), ALLOW),
    (436, (3, 9, 0), ALLOW), (436, (3, 9, 4), ALLOW), (436, (3, 9, 2), EPERM), (436, (3, 9, 6), EPERM),  # close_range
    (74, (), SUCCESS), (75, (3,), SUCCESS), (162, (), EPERM), (306, (), EPERM), (277, (), EPERM),  # fsync fdatasync sync…
    (62, (PID_PLACEHOLDER, 9), ALLOW), (62, (PID_PLACEHOLDER + 1, 9), EPERM), (62, (0, 9), EPERM), (62, (2**64 - 1, 9), EPERM),
    (62, (2**64 - PID_PLACEHOLDER, 9), EPERM), (62, (1, PID_PLACEHOLDER), EPERM),
    (234, (PID_PLACEHOLDER, 7, 6), ALLOW), (234, (7, PID_PLACEHOLDER, 6), EPERM), (200, (PID_PLACEHOLDER, 6), EPERM),  # tgkill, tkill
    (72, (0, 3), ALLOW), (72, (0, 4, 0x800), ALLOW), (72, (0, 4, 0x2000), EPERM), (72, (0, 4, 0x2802), EPERM),  # fcntl
    (72, (0, 8, 1), EPERM), (72, (0, 10, 1), EPERM), (72, (0, 15, 1), EPERM), (72, (0, 1024, 1), EPERM), (72, (0, 6), EPERM),
    (16, (0, 0x5421), ALLOW), (16, (0, 0x5401), ALLOW), (16, (0, 0x5452), EPERM), (16, (0, 0x5412), EPERM),  # ioctl
    (16, (0, 0x8902), EPERM), (53, (1, 1), ALLOW), (53, (1, 0x80801), ALLOW), (53, (1, 2), EPERM), (53, (1, 5), EPERM),
    (53, (2, 1), EPERM), (53, (16, 1), EPERM),  # socketpair
    (44, (3, 4, 5, 0, 0, 0), ALLOW), (44, (3, 4, 5, 0, 0x10, 2), EPERM), (44, (3, 4, 5, 0, 1 << 32, 2), EPERM),  # sendto
    (157, (15,), ALLOW), (157, (1,), EPERM), (157, (22,), EPERM), (302, (0, 7), ALLOW), (302, (PID_PLACEHOLDER, 7), EPERM),
]


@pytest.mark.parametrize("number, arguments, answer", KNOWN_ANSWERS)
def test_known_answers(number: int, arguments: tuple[int, ...], answer: int) -> None:
    assert decide(committed("x86_64"), number, *arguments) == answer


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_of_another_architecture_kill(machine: str) -> None:
    own = ARCHITECTURES[machine]
    i386, arm = 0x4000_0003, 0x4000_0028
    others = {*ARCHITECTURES.values(), i386, arm, own ^ 0x8000_0000, 0} - {own}
    for arch, number in itertools.product(others, range(601)):
        assert decide(committed(machine), number, arch=arch) == KILL


def test_calls_by_x32_numbers_kill() -> None:
    assert {decide(committed("x86_64"), X32_BIT | number) for number in range(601)} == {KILL}


@pytest.mark.parametrize("filter_name", FILTERS)
@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_committed_filters_are_up_to_date(machine: str, filter_name: str) -> None:
    version = libseccomp().version()
    if version != MADE_WITH:
        pytest.skip(f"made with libseccomp {MADE_WITH}; with {version} only the decisions are compared")
    made = libseccomp().build(machine, filter_name)
    assert made == committed(machine, filter_name), "run: python -m statecode.tracing.sandbox.make_filters"


def test_without_libseccomp_the_message_names_the_package(monkeypatch, capsys) -> None:
    monkeypatch.setattr(make_filters.ctypes, "CDLL", lambda *args, **kwargs: ctypes.PyDLL("libnothing.so.9"))
    assert make_filters.main() == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ") and "apt-get install libseccomp2" in message and message.count("\n") == 1
