# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The kernel signals who is named here when the socket can be read. FIOSETOWN and FIOASYNC.
import fcntl
import json
import socket
import struct
import sys

world = json.load(sys.stdin)
try:
    left, right = socket.socketpair()
    fcntl.ioctl(left, 0x8901, struct.pack("i", world["victim"]))
    fcntl.ioctl(left, 0x5452, struct.pack("i", 1))
    right.send(b"x")
    print("sent")
except OSError:
    print("refused")
