# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    connection = socket.socket(socket.AF_INET6)
    connection.connect(("::ffff:127.0.0.1", world["tcp"]))
    print("done")
except OSError:
    print("refused")
