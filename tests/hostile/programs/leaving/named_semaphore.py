# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import json
import sys

world = json.load(sys.stdin)
try:
    sem_open = ctypes.CDLL(None).sem_open
    sem_open.restype = ctypes.c_void_p
    if not sem_open(b"/" + world["mark"].encode(), 0o100, 0o666, 1):
        raise OSError
    print("done")
except OSError:
    print("refused")
