# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes

PR_SET_CHILD_SUBREAPER = 36
print("became" if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 else "refused")
