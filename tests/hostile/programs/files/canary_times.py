# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.utime(world["canary"], (1, 1))
    print("done")
except OSError:
    print("refused")
