# must: ok | killed SIGSYS
# stdout: refused
# -4: the keyring of the user, which outlives the process.
import ctypes
import json
import os
import sys

world = json.load(sys.stdin)
try:
    number = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
    text = world["mark"].encode()
    if ctypes.CDLL(None).syscall(number, b"user", text, text, len(text), -4) < 0:
        raise OSError
    print("done")
except OSError:
    print("refused")
