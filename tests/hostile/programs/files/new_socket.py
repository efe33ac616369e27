# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import socket
import sys

world = json.load(sys.stdin)
try:
    socket.socket(socket.AF_UNIX).bind(os.path.join(world["folder"], "new"))
    print("done")
except OSError:
    print("refused")
