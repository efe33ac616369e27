# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import fcntl
import json
import os
import sys

world = json.load(sys.stdin)
try:
    fd = os.open(world["folder"], os.O_RDONLY)
    fcntl.fcntl(fd, fcntl.F_NOTIFY, fcntl.DN_MODIFY)
    print("done")
except OSError:
    print("refused")
