# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import json
import sys

world = json.load(sys.stdin)
try:
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    text = ctypes.create_string_buffer(100)
    file = libc.fopen(world["open_secret"].encode(), b"r")
    print(libc.fgets(text, 100, ctypes.c_void_p(file)) and text.value.decode() if file else "refused")
except OSError:
    print("refused")
