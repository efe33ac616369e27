"""List the system calls that an untrusted program may make. The prebuilt seccomp filters are made from this list alone.

The interpreter is already running when the filter is applied. From then on a program may read files, map memory, start
threads, wait, and communicate with itself. System calls that reach or create another process, open a connection or
change the name of a file are not in the list. A call that is not listed fails with EPERM (PermissionError); `clone3`
fails with ENOSYS; `fsync` succeeds without any effect; a call with the numbers of another architecture kills the
process.

After a change, run: python -m statecode.tracing.sandbox.make_filters
"""

from __future__ import annotations

from dataclasses import dataclass

PID_PLACEHOLDER = 0x7E57C0DE
"""Placeholder in the prebuilt filters for the process's own pid; above every pid that Linux assigns (at most 2**22)."""

_INT = 0xFFFF_FFFF               # mask of arguments that the kernel reads as 32 bits; their upper 32 bits are undefined
_POINTER = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class ArgumentCheck:
    """A condition on one argument of a system call: `argument & mask == value`."""

    argument: int  # index, from 0
    mask: int
    value: int


def _argument_in(argument: int, *values: int) -> tuple[tuple[ArgumentCheck, ...], ...]:
    """Return one rule for each value: the lower 32 bits of the argument equal the value."""
    return tuple((ArgumentCheck(argument, _INT, value),) for value in values)


ALLOWED = frozenset("""
    read pread64 readv preadv preadv2 write pwrite64 writev pwritev pwritev2 lseek sendfile
    close dup dup2 dup3 ftruncate

    access faccessat faccessat2 stat lstat fstat newfstatat statx statfs fstatfs
    getdents getdents64 getcwd chdir fchdir umask

    pipe pipe2 eventfd eventfd2 timerfd_create timerfd_settime timerfd_gettime
    epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 poll ppoll select pselect6
    recvfrom getsockopt getsockname getpeername shutdown

    mmap munmap mremap mprotect madvise msync brk

    futex set_robust_list set_tid_address rseq
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_min sched_get_priority_max

    rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigreturn sigaltstack restart_syscall
    alarm getitimer setitimer pause
    time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep

    getpid getppid gettid getpgid getpgrp getsid getuid geteuid getresuid getgid getegid getresgid getgroups
    getrlimit setrlimit getrusage getpriority times uname sysinfo getcpu getrandom
    wait4 waitid exit exit_group
""".split())
"""System calls that are allowed with any arguments.

The groups are: open files; files by path; pipes, timers, polling and the sockets of `socketpair`; memory; threads;
signals, alarms and clocks; the process's own identity, resources and exit. The older calls of a group exist on x86-64
only.

Not in the list, although Python has functions for them: locks on files (they make other processes wait);
copy_file_range, splice and memfd_create (a program has no file to write to, and these calls have had many
vulnerabilities in the kernel); sched_setaffinity and setpriority (they accept the pids of other processes); sync (it
stalls the machine). membarrier is not in the list either: it interrupts all cores.
"""

_ACCESS, _READ, _WRITE, _READ_AND_WRITE, _TRUNCATE = 3, 0, 1, 2, 0o1000
_CLOSE_ON_EXEC = 4               # CLOSE_RANGE_CLOEXEC
_THREAD = 0x0001_0F00            # CLONE_THREAD, VM, FS, FILES, SIGHAND
_THREAD_OPTIONS = 0x007C_0000    # SYSVSEM, SETTLS, *TID, DETACHED: set by glibc and musl
_UNIX, _STREAM, _SOCKET_TYPE = 1, 1, 0xF          # without SOCK_CLOEXEC and SOCK_NONBLOCK
_SETFL, _O_ASYNC = 4, 0o20000
_DUPFD, _GETFD, _SETFD, _GETFL, _DUPFD_CLOEXEC, _GETPIPE_SZ, _GET_SEALS = 0, 1, 2, 3, 1030, 1032, 1034
_TCGETS, _TCGETS2, _TIOCGWINSZ, _FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX = (
    0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451
)
_PR_SET_NAME, _PR_GET_NAME = 15, 16


def _open_rules(flags: int) -> tuple[tuple[ArgumentCheck, ...], ...]:
    """Return the rules of `open` and `openat`; `flags` is the index of the argument with the flags."""
    reading = ArgumentCheck(flags, _ACCESS | _TRUNCATE, _READ)
    return (reading,), (ArgumentCheck(flags, _ACCESS, _WRITE),), (ArgumentCheck(flags, _ACCESS, _READ_AND_WRITE),)


ALLOWED_IF: dict[str, tuple[tuple[ArgumentCheck, ...], ...]] = {
    # Landlock or the mounts decide which files can be opened and whether they are writable. The filter refuses access
    # mode 3 ("for ioctl"): Landlock requires no right for it, although the driver's open() runs (/dev/ptmx, /dev/fuse).
    # The filter also refuses O_RDONLY with O_TRUNC, which Landlock does not restrict before Linux 6.2
    "open": _open_rules(1),
    "openat": _open_rules(2),
    # CLOSE_RANGE_UNSHARE and a thread without CLONE_FILES are refused, because RLIMIT_NOFILE limits each descriptor
    # table separately. With one table per thread, the pipes and sockets of a program held more than 1 GB of kernel
    # memory, which RLIMIT_AS does not count
    "close_range": _argument_in(2, 0, _CLOSE_ON_EXEC),
    # creates a thread that shares memory, files and signal handlers with its process; never a process or a namespace
    "clone": ((ArgumentCheck(0, _INT & ~_THREAD_OPTIONS, _THREAD),),),
    # signals to itself: abort(), os.kill(os.getpid(), ...), signal.raise_signal, signal.pthread_kill
    "kill": _argument_in(0, PID_PLACEHOLDER),
    "tgkill": _argument_in(0, PID_PLACEHOLDER),
    # F_SETOWN, F_SETSIG and O_ASYNC are refused because they send signals; so are locks, leases, notifications, seals
    "fcntl": (
        *_argument_in(1, _DUPFD, _GETFD, _SETFD, _GETFL, _DUPFD_CLOEXEC, _GETPIPE_SZ, _GET_SEALS),
        (ArgumentCheck(1, _INT, _SETFL), ArgumentCheck(2, _O_ASYNC, 0)),
    ),
    # FIOASYNC and SIOCSPGRP (they send signals) and TIOCSTI (it inserts input into a terminal) are refused
    "ioctl": _argument_in(1, _TCGETS, _TCGETS2, _TIOCGWINSZ, _FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX),
    # asyncio wakes its event loop through a socket pair; a datagram socket could send to any socket on the machine
    "socketpair": ((ArgumentCheck(0, _INT, _UNIX), ArgumentCheck(1, _SOCKET_TYPE, _STREAM)),),
    "sendto": ((ArgumentCheck(4, _POINTER, 0),),),  # `send`, without an address: to the other end of the pair
    # names of threads. The parent-death signal cannot be changed: without it the process could outlive the fork server
    "prctl": _argument_in(0, _PR_SET_NAME, _PR_GET_NAME),
    "prlimit64": _argument_in(0, 0),  # pid 0: its own limits; hard limits cannot be raised
}
"""System calls that are allowed if all checks of at least one of the call's rules are true."""

NO_OPS = frozenset({"fsync", "fdatasync", "fadvise64"})
"""System calls that return success without any effect, for any descriptor.

They would make the disk write the data of other processes, or drop the cached pages of other processes, which stalls
the machine. A sandboxed program has no data on a disk, and a program that calls `os.fsync` after writing still works.
"""

ALLOWED_WITH_NAMESPACES = frozenset({"readlink", "readlinkat"})
"""System calls that are allowed as well if a program sees the file system of its namespaces alone.

Landlock does not restrict them: without namespaces a program could read the target of every link on the machine.
"""

ALLOWED_WITH_FILES = frozenset({"unlink", "rename", "renameat"})
"""System calls that are allowed as well if a program may create files in its folder, which needs namespaces.

Landlock or the mounts restrict them to this folder. Calls that create folders, links, FIFOs or sockets, or that change
modes and times, are refused with files too: the server empties a folder that contains regular files only.
"""

ALLOWED_WITH_FILES_IF = {
    "unlinkat": _argument_in(2, 0),   # not AT_REMOVEDIR
    "renameat2": _argument_in(4, 0),  # not RENAME_EXCHANGE, RENAME_WHITEOUT
}
"""The same, with the checks of `ALLOWED_IF`."""

HOST, NAMESPACES, FILES = FILTERS = ("host", "namespaces", "files")
"""Names of the filters: for programs without namespaces, with them, and for those that may also create files."""


def allowed_by(filter_name: str) -> tuple[frozenset[str], dict[str, tuple[tuple[ArgumentCheck, ...], ...]]]:
    """Return the system calls that one of the `FILTERS` allows always, and those that it allows if a rule fits."""
    if filter_name == HOST:
        return ALLOWED, ALLOWED_IF
    if filter_name == NAMESPACES:
        return ALLOWED | ALLOWED_WITH_NAMESPACES, ALLOWED_IF
    return ALLOWED | ALLOWED_WITH_NAMESPACES | ALLOWED_WITH_FILES, {**ALLOWED_IF, **ALLOWED_WITH_FILES_IF}


UNIMPLEMENTED = frozenset({"clone3"})
"""System calls that fail with ENOSYS, as in a kernel without them. The C library then calls clone, whose flags a filter
can check."""
