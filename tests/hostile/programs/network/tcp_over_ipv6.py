# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.create_connection(("::1", world["tcp6"]), timeout=1).sendall(b"hostile")
    print("done")
except OSError:
    print("refused")
