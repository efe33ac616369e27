# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.kill(world["supervisor"], 0)
    print("sent")
except OSError:
    print("refused")
