# must: ok | exception
# stdout: refused
# runs: weakened
import ctypes

PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS = 38, 39
libc = ctypes.CDLL(None)
libc.prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)
print("possible" if libc.prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 else "refused")
