# must: ok | killed
# stdout: refused
# runs: weakened
# x32: numbers with bit 30 set; 39 is getpid.
import ctypes

print("refused" if ctypes.CDLL(None).syscall(0x40000000 + 39) == -1 else "reached the kernel")
