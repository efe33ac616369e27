# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    number = {"x86_64": 200, "aarch64": 130}[os.uname().machine]
    if ctypes.CDLL(None).syscall(number, world["victim"], int(signal.SIGTERM)):
        raise OSError
    print("sent")
except OSError:
    print("refused")
