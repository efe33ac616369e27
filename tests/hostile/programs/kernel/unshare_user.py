# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# A user namespace of its own would give it all capabilities there.
import ctypes
import errno
import os

number = {"x86_64": 272, "aarch64": 97}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, 0x10000000)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
