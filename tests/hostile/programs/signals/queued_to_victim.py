# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import json
import os
import signal
import struct
import sys

world = json.load(sys.stdin)
try:
    number = {"x86_64": 129, "aarch64": 138}[os.uname().machine]
    information = bytearray(128)
    information[8:12] = struct.pack("<i", -1)
    if ctypes.CDLL(None).syscall(number, world["victim"], int(signal.SIGTERM), bytes(information)):
        raise OSError
    print("sent")
except OSError:
    print("refused")
