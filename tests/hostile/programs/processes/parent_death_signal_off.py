# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# A program that outlives the warm process would have nobody who ends it.
import ctypes

PR_SET_PDEATHSIG = 1
print("switched off" if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0 else "refused")
