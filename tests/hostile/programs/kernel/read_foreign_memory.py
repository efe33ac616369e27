# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import errno
import json
import os
import sys

world = json.load(sys.stdin)
number = {"x86_64": 310, "aarch64": 270}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, world["victim"], None, 0, None, 0, 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
