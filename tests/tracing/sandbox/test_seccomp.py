"""Check the behaviour of processes under a seccomp filter, and that only a valid filter is applied."""

from __future__ import annotations

import errno
import functools
import json
import os
import signal
import struct
import subprocess
import sys

import pytest

from statecode.tracing.sandbox import seccomp
from statecode.tracing.sandbox.allow_list import PID_PLACEHOLDER
from statecode.tracing.sandbox.make_filters import ARCHITECTURES
from tests.support.seccomp_filters import committed, names_of

MACHINE = os.uname().machine
SANDBOX = sys.platform.startswith("linux") and MACHINE in ARCHITECTURES
on_linux = pytest.mark.skipif(not SANDBOX, reason=f"no seccomp filter for {sys.platform} on {MACHINE}")

RUN = """
import asyncio, concurrent.futures, ctypes, fcntl, json, mmap, os, resource, select, signal, socket, subprocess, sys
import tempfile, threading, time
from statecode.tracing.sandbox.allow_list import HOST
from statecode.tracing.sandbox.seccomp import load_filter

filtered, snippets = sys.argv[1] == "filtered", json.load(sys.stdin)
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)  # no_new_privs
prepared = load_filter(HOST)

def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "")
    return result

def raw(number, *arguments):
    return checked(libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments or [0] * 6)))

def a_thread_by(flags):
    top = ctypes.addressof(ctypes.c_char.from_buffer(stack)) + len(stack)
    return checked(libc.clone(ctypes.cast(libc.pause, ctypes.c_void_p), ctypes.c_void_p(top), flags, None))

stack = mmap.mmap(-1, 2**16)
kept = tempfile.NamedTemporaryFile()

def child(snippet, writing):
    signal.alarm(60)
    if filtered:
        prepared.apply()
    try:
        names = dict(globals())
        exec(snippet if "\\n" in snippet else "result = " + snippet, names)
        result = names["result"]
    except BaseException as error:
        result = f"{type(error).__name__} {getattr(error, 'errno', error)}"
    os.write(writing, str(result).encode())
    os._exit(0)

def outcome(snippet):
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        child(snippet, writing)
    os.close(writing)
    with open(reading, "rb") as file:
        result = file.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return result if status == 0 else status

print(json.dumps({name: outcome(snippet) for name, snippet in snippets.items()}))
"""
REFUSED_SNIPPETS = {  # without the filter each succeeds or fails with another error; none needs a privilege
    "fork": "os.fork() or os._exit(0)",
    "execve": "os.execve(sys.executable, [sys.executable, '-c', ''], {})",
    "posix_spawn": "os.posix_spawn(sys.executable, [sys.executable, '-c', ''], {})",
    "subprocess": "subprocess.run([sys.executable, '-c', ''])",
    "socket": "socket.socket()",
    "unix socket": "socket.socket(socket.AF_UNIX)",
    "datagram pair": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "sendto an address": "socket.socketpair()[0].sendto(b'x', '/nowhere')",
    "connect": "socket.socketpair()[0].connect('/nowhere')",
    "sendmsg": "socket.socketpair()[0].sendmsg([b'x'])",
    "setsockopt": "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)",
    "kill parent": "os.kill(os.getppid(), 0)",
    "kill everyone": "os.kill(-1, 0)",
    "kill group": "os.killpg(os.getpgid(0), 0)",
    "F_SETOWN": "fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
    "F_SETSIG": "fcntl.fcntl(os.pipe()[0], 10, signal.SIGKILL)",
    "O_ASYNC": "fcntl.fcntl(os.pipe()[0], fcntl.F_SETFL, 0o20000)",
    "FIOASYNC": "fcntl.ioctl(os.pipe()[0], 0x5452, b'\\1\\0\\0\\0')",
    "file lock": "fcntl.lockf(os.open(sys.executable, os.O_RDONLY), fcntl.LOCK_SH)",
    "flock": "fcntl.flock(os.open(sys.executable, os.O_RDONLY), fcntl.LOCK_SH)",
    "memfd_create": "os.memfd_create('x')",
    "readlink": "os.readlink('/proc/self/exe')",
    "mkdir": "os.mkdir('/nowhere/new')",
    "symlink": "os.symlink('here', '/nowhere/there')",
    "rename": "os.rename('/nowhere/a', '/nowhere/b')",
    "unlink": "os.unlink('/nowhere/a')",
    "chmod": "os.chmod('/nowhere/a', 0)",
    "utime": "os.utime('/nowhere/a')",
    "truncate": "os.truncate('/nowhere/a', 0)",
    "setsid": "os.setsid()",
    "nice": "os.nice(1)",
    "sched_setaffinity": "os.sched_setaffinity(0, os.sched_getaffinity(0))",
    "limits of others": "resource.prlimit(os.getppid(), resource.RLIMIT_CORE)",
    "parent-death signal": "checked(libc.prctl(1, 0))",
    "pidfd_send_signal": "raw(424, -1, 0, 0, 0)",
    "open for ioctl": "os.open('/dev/ptmx', 3)",
    "truncate by reading": "os.open(kept.name, os.O_RDONLY | os.O_TRUNC)",
    "CLOSE_RANGE_UNSHARE": "raw(436, 100, 200, 2)",
    "thread with its own descriptors": "a_thread_by(0x1_0B00)",
    "thread with its own folder": "a_thread_by(0x1_0D00)",
    "openat2": "raw(437, -1, 0, 0, 0)",
}
RAW = {  # numbers on x86-64 and aarch64; called with zeros
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "shmget": (29, 194), "semget": (64, 190),
    "msgget": (68, 186), "mq_open": (240, 180), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "setns": (308, 268), "unshare": (272, 97),
    "mount": (165, 40), "umount2": (166, 39), "chroot": (161, 51), "personality": (135, 92), "timer_create": (222, 107),
    "inotify_init1": (294, 26), "execveat": (322, 281), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "recvmsg": (47, 212), "mknodat": (259, 33), "linkat": (265, 37), "setpgid": (109, 154), "setuid": (105, 146),
    "sched_setscheduler": (144, 119), "capset": (126, 91), "splice": (275, 76), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "landlock_restrict_self": (446, 446),
    "seccomp": (317, 277), "open_by_handle_at": (304, 265), "process_madvise": (440, 440), "setpriority": (141, 140),
}
ALLOWED_SNIPPETS = {  # description → (program, its result or the signal that kills it)
    "read": ("open(os.__file__).read().count('def getenv('), len(os.listdir('/')) > 1", "(1, True)"),
    "write": ("open(kept.name, 'w').write('ab'), open(kept.name, 'r+').read(1), os.stat(kept.name).st_size", "(2, 'a', 2)"),
    "fsync": ("os.fsync(os.open(sys.executable, os.O_RDONLY)), os.fdatasync(1)", "(None, None)"),
    "fsync is not done": ("os.fsync(os.pipe()[0]), os.fdatasync(9999)", "(None, None)"),  # else EINVAL, EBADF
    "whole thread": ("a_thread_by(0x1_0F00) > 1", "True"),
    "thread": ("a = []\nt = threading.Thread(target=lambda: a.append(7)); t.start(); t.join(); result = a", "[7]"),
    "big stack": ("threading.stack_size(2**26)\nt = threading.Thread(target=print); t.start(); t.join()\nresult = 1", "1"),
    "pool": ("list(concurrent.futures.ThreadPoolExecutor(3).map(abs, [-1, -2]))", "[1, 2]"),
    "asyncio": (
        "async def main():\n  await asyncio.sleep(0.01)\n  return await asyncio.to_thread(str.upper, 'x')\n"
        "result = asyncio.run(main())", "X",
    ),
    "socketpair": ("a, b = socket.socketpair()\na.sendall(b'hi'); result = b.recv(9), b.getpeername()", "(b'hi', '')"),
    "select": ("select.select([], [os.pipe()[1]], [], 1)[1] != []", "True"),
    "descriptor flags": ("r, w = os.pipe()\nos.set_blocking(r, False)\nresult = os.get_blocking(r), os.isatty(r)", "(False, False)"),
    "own signal": ("signal.signal(10, lambda *a: a)\nos.kill(os.getpid(), 10); signal.raise_signal(10); result = 'on'", "on"),
    "ended by itself": ("os.kill(os.getpid(), 9)", -signal.SIGKILL),
    "abort": ("os.abort()", -signal.SIGABRT),
    "thread signal": ("signal.pthread_kill(threading.get_ident(), 15)", -signal.SIGTERM),
    "alarm": ("signal.setitimer(signal.ITIMER_REAL, 0.01)\nsignal.pause()", -signal.SIGALRM),
    "time": ("time.sleep(0.001) or time.process_time() >= 0 and time.time() > 1", "True"),
    "random": ("len(os.urandom(9)) + len(os.getrandom(9))", "18"),
    "memory": ("m = mmap.mmap(-1, 2**20)\nm[5] = 7; m.resize(2**21); result = m[5], len(bytearray(2**26))", "(7, 67108864)"),
    "own limits": ("resource.setrlimit(resource.RLIMIT_CORE, (0, 0)) or resource.getrlimit(resource.RLIMIT_CORE)", "(0, 0)"),
    "thread name": ("checked(libc.prctl(15, b'name'))", "0"),
    "clone3 is missing": ("raw(435)", f"OSError {errno.ENOSYS}"),
}
RAW_SNIPPETS = {name: f"raw({numbers[MACHINE == 'aarch64']})" for name, numbers in RAW.items()}
INT_80_SNIPPET = (  # getpid by the 32-bit entry point
    "m = mmap.mmap(-1, 4096, prot=7)\nm.write(bytes.fromhex('b814000000cd80c3'))\n"
    "result = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))() == os.getpid()"
)


@functools.cache
def outcomes(how: str) -> dict[str, str | int]:
    """Return the result of each snippet in a forked child of its own, or the negated signal that killed the child."""
    snippets = {**REFUSED_SNIPPETS, "int 0x80": INT_80_SNIPPET, **{name: snippet for name, (snippet, _) in ALLOWED_SNIPPETS.items()}}
    if how == "filtered":
        snippets |= {**RAW_SNIPPETS, "x32": "raw(0x40000000 + 39)", "no such call": "raw(100_000)"}
    command = [sys.executable, "-c", RUN, how]
    completed = subprocess.run(command, input=json.dumps(snippets), capture_output=True, text=True, check=True, timeout=300)
    return json.loads(completed.stdout.splitlines()[-1])


@on_linux
@pytest.mark.parametrize("name", REFUSED_SNIPPETS)
def test_refused(name: str) -> None:
    refusal = f"PermissionError {errno.EPERM}"
    assert outcomes("filtered")[name] == refusal
    assert outcomes("unfiltered")[name] != refusal  # otherwise the filter is not the cause


@on_linux
@pytest.mark.parametrize("name", [*RAW, "no such call"])
def test_raw_calls_are_refused(name: str) -> None:
    assert outcomes("filtered")[name] == f"PermissionError {errno.EPERM}"


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_raw_numbers_and_names_agree(machine: str) -> None:
    names = names_of(machine)
    assert {name: numbers[machine == "aarch64"] for name, numbers in RAW.items()} == {name: names[name] for name in RAW}


@on_linux
@pytest.mark.parametrize("name", ALLOWED_SNIPPETS)
def test_allowed(name: str) -> None:
    assert outcomes("filtered")[name] == ALLOWED_SNIPPETS[name][1]


@on_linux
@pytest.mark.skipif(MACHINE != "x86_64", reason="32-bit and x32 calls are x86-64's")
def test_other_ways_into_the_kernel_kill() -> None:
    assert outcomes("filtered")["x32"] == -signal.SIGSYS
    if outcomes("unfiltered")["int 0x80"] != "True":
        pytest.skip("this kernel has no 32-bit calls")
    assert outcomes("filtered")["int 0x80"] == -signal.SIGSYS


@on_linux
def test_probe_describes_the_filter() -> None:
    script = "from statecode.tracing.sandbox import seccomp; print(seccomp.probe())"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert result == f"filter for {MACHINE}, {len(committed(MACHINE))} bytes\n"


@on_linux
def test_a_machine_without_a_filter() -> None:
    with pytest.raises(OSError, match="riscv64; available: 64-bit Python on aarch64, x86_64"):
        seccomp.load_filter("host", "riscv64")


@pytest.mark.parametrize("damaged", [b"", committed("x86_64")[:-3], committed("x86_64").replace(b"\xde\xc0", b"..")])
def test_a_damaged_filter_is_not_used(damaged: bytes) -> None:
    with pytest.raises(OSError, match="reinstall statecode"):
        seccomp.Filter("x86_64", damaged)


@on_linux
def test_a_filter_that_the_kernel_refuses_is_an_error() -> None:
    never_returns = struct.pack("<HBBI", 0x15, 0, 0, PID_PLACEHOLDER)
    with pytest.raises(OSError, match="the kernel refuses"):
        seccomp.Filter(MACHINE, never_returns).apply()
