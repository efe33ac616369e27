# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"hostile", world["unix_datagram"])
    print("done")
except OSError:
    print("refused")
