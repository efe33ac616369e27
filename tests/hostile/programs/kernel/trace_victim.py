# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# 0x4206: PTRACE_SEIZE, which does not stop it.
import ctypes
import errno
import json
import os
import sys

world = json.load(sys.stdin)
number = {"x86_64": 101, "aarch64": 117}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, 0x4206, world["victim"], 0, 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
