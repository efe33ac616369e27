# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.truncate(world["canary"], 1)
    print("done")
except OSError:
    print("refused")
