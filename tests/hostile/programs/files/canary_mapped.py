# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import mmap
import os
import sys

world = json.load(sys.stdin)
try:
    fd = os.open(world["canary"], os.O_RDWR)
    mmap.mmap(fd, 0)[0] = 0
    print("done")
except (OSError, ValueError):
    print("refused")
