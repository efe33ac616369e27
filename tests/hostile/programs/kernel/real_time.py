# must: ok | killed SIGSYS
# stdout: refused
# SCHED_FIFO: nobody else gets the processor.
import ctypes
import errno
import os

number = {"x86_64": 144, "aarch64": 119}[os.uname().machine]
result = ctypes.CDLL(None, use_errno=True).syscall(number, 0, 1, b"\1\0\0\0")
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
