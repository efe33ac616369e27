# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.create_connection(("127.0.0.1", world["tcp"]), timeout=1).sendall(b"hostile")
    print("done")
except OSError:
    print("refused")
