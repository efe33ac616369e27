# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import os
import signal

number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
pid = ctypes.CDLL(None).syscall(number, int(signal.SIGCHLD), 0, 0, 0, 0)
if pid == 0:
    os._exit(0)
print("refused" if pid < 0 else "forked")
