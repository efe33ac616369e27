# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"hostile", ("127.0.0.1", world["udp"]))
    print("done")
except OSError:
    print("refused")
