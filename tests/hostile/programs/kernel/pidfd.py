# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import errno
import json
import sys

world = json.load(sys.stdin)
result = ctypes.CDLL(None, use_errno=True).syscall(434, world["victim"], 0)
refused = result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("refused" if refused else "reached the kernel")
