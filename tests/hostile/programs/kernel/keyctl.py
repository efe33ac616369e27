# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The number of the session's keyring.
import ctypes
import errno
import os

number = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, 0, -3, 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
