# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The arguments make no sense: where the call is let through, it fails for another reason and does nothing.
import ctypes
import errno
import os

number = {"x86_64": 298, "aarch64": 241}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, None, 0, -1, -1, 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
