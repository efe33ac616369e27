# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# Each thread with a table of its own could hold as many pipes and sockets as a process.
import ctypes

CLOSE_RANGE_UNSHARE = 2
print("refused" if ctypes.CDLL(None).syscall(436, 200, 201, CLOSE_RANGE_UNSHARE) else "unshared")
