# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    print("done")
except OSError:
    print("refused")
