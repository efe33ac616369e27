# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import socket
import sys

world = json.load(sys.stdin)
try:
    server = socket.socket(socket.AF_UNIX)
    server.bind("\0" + world["mark"])
    server.listen()
    print("done")
except OSError:
    print("refused")
