# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import errno
import os

number = {"x86_64": 272, "aarch64": 97}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, 0x400)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
