# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import os
import signal
import struct

arguments = struct.pack("<11Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
pid = ctypes.CDLL(None).syscall(435, arguments, len(arguments))
if pid == 0:
    os._exit(0)
print("refused" if pid < 0 else "forked")
