# must: ok | killed SIGSYS
# stdout: refused
# A child of our parent's, which would have to wait for it.
import ctypes
import os
import signal

CLONE_PARENT = 0x8000
number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
pid = ctypes.CDLL(None).syscall(number, CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0)
if pid == 0:
    os._exit(0)
print("refused" if pid < 0 else "forked")
