# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# Without its magic numbers it does nothing.
import ctypes
import errno
import os

number = {"x86_64": 169, "aarch64": 142}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, 0, 0, 0, None)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
