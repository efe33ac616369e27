# must: ok | killed SIGSYS
# stdout: refused
import ctypes

print("refused" if ctypes.CDLL(None).mlockall(3) else "locked")
