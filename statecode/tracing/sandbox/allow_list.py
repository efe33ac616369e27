"""The system calls that an untrusted program may make: the one source of the prebuilt seccomp filters.

Python runs already when the filter comes on: it reads files, maps memory, starts threads, waits, and talks to itself.
What reaches another process, makes one, opens a way out or changes a file's name is not here. A call that is not here
fails with EPERM (PermissionError), `clone3` with ENOSYS; `fsync` succeeds and does nothing; a call by another
architecture's numbers kills the process.

After a change: python -m statecode.tracing.sandbox.make_filters
"""

from __future__ import annotations

from dataclasses import dataclass

OWN_PID = 0x7E57C0DE
"""Stands in the prebuilt filters for the process's own number; above what Linux gives to processes (2**22)."""

_INT = 0xFFFF_FFFF               # the kernel reads these arguments as 32 bits; what lies above is whatever was there
_POINTER = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class Check:
    """A condition on one argument: argument & mask == value."""

    argument: int  # from 0
    mask: int
    value: int


def _any_of(argument: int, *values: int) -> tuple[tuple[Check, ...], ...]:
    return tuple((Check(argument, _INT, value),) for value in values)


ALLOWED = frozenset("""
    read pread64 readv preadv preadv2 write pwrite64 writev pwritev pwritev2 lseek sendfile
    close dup dup2 dup3 ftruncate

    access faccessat faccessat2 stat lstat fstat newfstatat statx statfs fstatfs
    readlink readlinkat getdents getdents64 getcwd chdir fchdir umask

    pipe pipe2 eventfd eventfd2 timerfd_create timerfd_settime timerfd_gettime
    epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 poll ppoll select pselect6
    recvfrom getsockopt getsockname getpeername shutdown

    mmap munmap mremap mprotect madvise msync brk

    futex set_robust_list set_tid_address rseq membarrier
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_min sched_get_priority_max

    rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigreturn sigaltstack restart_syscall
    alarm getitimer setitimer pause
    time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep

    getpid getppid gettid getpgid getpgrp getsid getuid geteuid getresuid getgid getegid getresgid getgroups
    getrlimit setrlimit getrusage getpriority times uname sysinfo getcpu getrandom
    wait4 waitid exit exit_group
""".split())
"""Allowed with any arguments, in groups: open files; looking at files by path; waiting on descriptors, and on the
sockets of `socketpair`; memory; threads; signals, alarms and clocks; looking at oneself and ending. The older calls of
a group exist on x86-64 alone.

Not here, though Python has functions for them: locks on files (they make others wait), copy_file_range, splice and
memfd_create (nothing can be written, and they are the kernel's thin ice), sched_setaffinity and setpriority (they take
other processes' numbers), sync (it stalls the machine).
"""

_ACCESS, _READ, _WRITE, _READ_AND_WRITE, _TRUNCATE = 3, 0, 1, 2, 0o1000
_CLOSE_ON_EXEC = 4               # CLOSE_RANGE_CLOEXEC
_THREAD = 0x0001_0F00            # CLONE_THREAD, VM, FS, FILES, SIGHAND
_OF_THREADS = 0x007C_0000        # SYSVSEM, SETTLS, *TID, DETACHED: of glibc and musl
_UNIX, _STREAM, _SOCKET_TYPE = 1, 1, 0xF          # without SOCK_CLOEXEC and SOCK_NONBLOCK
_SETFL, _O_ASYNC = 4, 0o20000
_DUPFD, _GETFD, _SETFD, _GETFL, _DUPFD_CLOEXEC, _GETPIPE_SZ, _GET_SEALS = 0, 1, 2, 3, 1030, 1032, 1034
_TCGETS, _TCGETS2, _TIOCGWINSZ, _FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX = (
    0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451
)
_PR_SET_NAME, _PR_GET_NAME = 15, 16


def _opening(flags: int) -> tuple[tuple[Check, ...], ...]:
    reading = Check(flags, _ACCESS | _TRUNCATE, _READ)
    return (reading,), (Check(flags, _ACCESS, _WRITE),), (Check(flags, _ACCESS, _READ_AND_WRITE),)


ALLOWED_IF: dict[str, tuple[tuple[Check, ...], ...]] = {
    # Landlock, or the mounts, decide which files, and whether they may be written. Not access mode 3, "for ioctl":
    # Landlock asks no right for it, and a driver's open() runs (/dev/ptmx, /dev/fuse). Nor truncating by O_RDONLY,
    # which Landlock does not see before Linux 6.2
    "open": _opening(1),
    "openat": _opening(2),
    # not CLOSE_RANGE_UNSHARE, nor a thread without FILES: RLIMIT_NOFILE bounds a table of descriptors, and with one per
    # thread their pipes and sockets held more than 1 GB of the kernel's memory, which RLIMIT_AS does not count
    "close_range": _any_of(2, 0, _CLOSE_ON_EXEC),
    # a thread that shares all that threads share, never a process nor a namespace
    "clone": ((Check(0, _INT & ~_OF_THREADS, _THREAD),),),
    # signals to itself: abort(), os.kill(os.getpid(), ...), signal.raise_signal, signal.pthread_kill
    "kill": _any_of(0, OWN_PID),
    "tgkill": _any_of(0, OWN_PID),
    # not F_SETOWN and F_SETSIG, nor O_ASYNC: they have signals sent; nor locks, leases, notices and seals
    "fcntl": (
        *_any_of(1, _DUPFD, _GETFD, _SETFD, _GETFL, _DUPFD_CLOEXEC, _GETPIPE_SZ, _GET_SEALS),
        (Check(1, _INT, _SETFL), Check(2, _O_ASYNC, 0)),
    ),
    # not FIOASYNC and SIOCSPGRP (signals), nor TIOCSTI (types into a terminal)
    "ioctl": _any_of(1, _TCGETS, _TCGETS2, _TIOCGWINSZ, _FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX),
    # asyncio wakes itself through a pair; a datagram socket could write to any other on the machine
    "socketpair": ((Check(0, _INT, _UNIX), Check(1, _SOCKET_TYPE, _STREAM)),),
    "sendto": ((Check(4, _POINTER, 0),),),  # `send`: to the other end of the pair, without an address
    # names of threads; not the parent-death signal, which would let it outlive us
    "prctl": _any_of(0, _PR_SET_NAME, _PR_GET_NAME),
    "prlimit64": _any_of(0, 0),  # its own limits; the hard ones cannot be raised
}
"""Allowed where all checks of one of the rules hold."""

PRETENDED = frozenset({"fsync", "fdatasync", "fadvise64"})
"""Answered with success and not done, whatever the descriptor.

They make the disk write what others have written, or drop what others have cached, which stalls the machine. Nothing of
the program's own is on a disk, and one that saves its work with care goes on.
"""

MISSING = frozenset({"clone3"})
"""Answered as by a kernel that lacks them. The C library then uses clone, whose flags a filter can read."""
