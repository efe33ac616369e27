# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The arguments make no sense: where the call is let through, it fails for another reason and does nothing.
import ctypes
import errno

result = ctypes.CDLL(None, use_errno=True).syscall(437, -100, None, None, 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
