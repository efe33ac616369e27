# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# 4: its core files, which it would write no more.
import ctypes
import errno
import json
import os
import sys

world = json.load(sys.stdin)
number = {"x86_64": 302, "aarch64": 261}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, world["victim"], 4, bytes(16), None)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
