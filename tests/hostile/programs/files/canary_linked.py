# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.link(world["canary"], world["canary"] + ".linked")
    print("done")
except OSError:
    print("refused")
