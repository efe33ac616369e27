# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import json
import sys

world = json.load(sys.stdin)
try:
    if ctypes.CDLL("librt.so.1").mq_open(b"/" + world["mark"].encode(), 0o102, 0o666, None) < 0:
        raise OSError
    print("done")
except OSError:
    print("refused")
