# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import socket
import sys

world = json.load(sys.stdin)
try:
    left, right = socket.socketpair()
    right.close()
    left.connect("\0" + world["abstract"])
    left.send(b"hostile")
    os.getpid()
    print("done")
except OSError:
    print("refused")
