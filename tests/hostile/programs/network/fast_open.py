# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.socket().sendto(b"hostile", socket.MSG_FASTOPEN, ("127.0.0.1", world["tcp"]))
    print("done")
except OSError:
    print("refused")
