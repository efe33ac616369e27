# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import errno
import os

number = {"x86_64": 163, "aarch64": 89}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, b"/statecode-hostile-no-such-file")
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
