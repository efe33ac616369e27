# must: killed SIGSEGV
# runs: trusted
import ctypes

ctypes.memset(8, 0, 10)
