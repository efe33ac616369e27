# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# 10: how large the kernel's log is.
import ctypes
import errno
import os

number = {"x86_64": 103, "aarch64": 116}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, 10, None, 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
