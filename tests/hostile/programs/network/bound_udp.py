# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.socket(type=socket.SOCK_DGRAM).bind(("127.0.0.1", 0))
    print("done")
except OSError:
    print("refused")
