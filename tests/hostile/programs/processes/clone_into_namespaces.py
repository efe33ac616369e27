# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import os
import signal

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
pid = ctypes.CDLL(None).syscall(number, CLONE_NEWUSER | CLONE_NEWNET | signal.SIGCHLD, 0, 0, 0, 0)
if pid == 0:
    os._exit(0)
print("refused" if pid < 0 else "forked")
