# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The kernel signals who is named here when the socket can be read. 10: F_SETSIG.
import fcntl
import json
import os
import signal
import socket
import sys

world = json.load(sys.stdin)
try:
    left, right = socket.socketpair()
    fcntl.fcntl(left, fcntl.F_SETOWN, world["victim"])
    fcntl.fcntl(left, 10, signal.SIGTERM)
    fcntl.fcntl(left, fcntl.F_SETFL, fcntl.fcntl(left, fcntl.F_GETFL) | os.O_ASYNC)
    right.send(b"x")
    print("sent")
except OSError:
    print("refused")
