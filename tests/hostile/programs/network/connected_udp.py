# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    connection = socket.socket(type=socket.SOCK_DGRAM)
    connection.connect(("127.0.0.1", world["udp"]))
    connection.send(b"hostile")
    print("done")
except OSError:
    print("refused")
