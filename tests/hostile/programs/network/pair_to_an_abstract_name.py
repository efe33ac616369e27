# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# A pair needs no address; a pair of datagram sockets may still name another one.
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    left, right = socket.socketpair(type=socket.SOCK_DGRAM)
    left.sendto(b"hostile", "\0" + world["abstract_datagram"])
    print("done")
except OSError:
    print("refused")
