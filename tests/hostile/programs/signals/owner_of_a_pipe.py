# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The kernel signals who is named here when the pipe can be read.
import fcntl
import json
import os
import sys

world = json.load(sys.stdin)
try:
    reader, writer = os.pipe()
    fcntl.fcntl(reader, fcntl.F_SETOWN, world["victim"])
    fcntl.fcntl(reader, fcntl.F_SETFL, fcntl.fcntl(reader, fcntl.F_GETFL) | os.O_ASYNC)
    os.write(writer, b"x")
    print("sent")
except OSError:
    print("refused")
