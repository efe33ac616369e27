# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The kernel signals who is named here when the socket can be read. 15: F_SETOWN_EX.
import fcntl
import json
import os
import socket
import struct
import sys

world = json.load(sys.stdin)
try:
    left, right = socket.socketpair()
    fcntl.fcntl(left, 15, struct.pack("ii", 1, world["victim"]))
    fcntl.fcntl(left, fcntl.F_SETFL, fcntl.fcntl(left, fcntl.F_GETFL) | os.O_ASYNC)
    right.send(b"x")
    print("sent")
except OSError:
    print("refused")
