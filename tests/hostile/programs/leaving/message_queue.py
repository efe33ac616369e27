# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import json
import sys

world = json.load(sys.stdin)
try:
    if ctypes.CDLL(None).msgget(world["key"], 0o1666) < 0:
        raise OSError
    print("done")
except OSError:
    print("refused")
