# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    fd = os.open(world["open_secret"], os.O_RDONLY)
    print(os.sendfile(1, fd, 0, 100))
except OSError:
    print("refused")
