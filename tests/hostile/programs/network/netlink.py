# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    print("done")
except OSError:
    print("refused")
