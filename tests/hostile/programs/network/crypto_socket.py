# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
    print("done")
except OSError:
    print("refused")
