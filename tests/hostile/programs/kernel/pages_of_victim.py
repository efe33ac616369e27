# must: ok | killed SIGSYS
# stdout: refused
import ctypes
import errno
import json
import os
import sys

world = json.load(sys.stdin)
number = {"x86_64": 279, "aarch64": 239}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, world["victim"], 0, None, None, None, 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
