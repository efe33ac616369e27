# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The parent would have to deal with every signal that the child gets.
import ctypes
import errno
import os

number = {"x86_64": 101, "aarch64": 117}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, 0, 0, None, None)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
