# must: killed SIGSEGV | exception | memory
# runs: trusted
import ctypes  # noqa: F401
import sys

sys.setrecursionlimit(10**6)
source = """
kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
callback = kind(lambda n: callback(n + 1))
callback(0)
"""
exec(compile(source, "other.py", "exec"))
