# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import errno
import json
import os
import sys

world = json.load(sys.stdin)
number = {"x86_64": 203, "aarch64": 122}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, world["victim"], 8, b"\1" + bytes(7))
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
