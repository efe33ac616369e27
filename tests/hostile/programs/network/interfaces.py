# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    print(socket.if_nameindex())
    print("done")
except OSError:
    print("refused")
