# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The victim is no child of ours: the kernel itself would say that there is none.
import ctypes
import errno
import json
import os
import sys

world = json.load(sys.stdin)
number = {"x86_64": 109, "aarch64": 154}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, world["victim"], 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
