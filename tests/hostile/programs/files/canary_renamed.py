# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.rename(world["canary"], world["canary"] + ".moved")
    print("done")
except OSError:
    print("refused")
