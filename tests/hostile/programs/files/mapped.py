# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import mmap
import os
import sys

world = json.load(sys.stdin)
try:
    fd = os.open(world["open_secret"], os.O_RDONLY)
    print(mmap.mmap(fd, 0, prot=mmap.PROT_READ)[:].decode())
except OSError:
    print("refused")
