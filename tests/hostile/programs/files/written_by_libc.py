# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import json
import os
import sys

world = json.load(sys.stdin)
try:
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    if not libc.fopen(os.path.join(world["folder"], "new").encode(), b"w"):
        raise OSError
    print("done")
except OSError:
    print("refused")
