# must: ok | killed SIGSYS
# stdout: refused
# All that others wrote goes to the disk, and the machine waits.
import ctypes
import json
import os
import sys

world = json.load(sys.stdin)
try:
    number = {"x86_64": 306, "aarch64": 267}[os.uname().machine]
    if ctypes.CDLL(None).syscall(number, 1) == 0:
        raise SystemExit("synchronised")
    raise OSError
except OSError:
    print("refused")
