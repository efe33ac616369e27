# must: killed SIGSEGV
# recorded: x = 1
# runs: trusted
import ctypes

x = 1
ctypes.string_at(0)
