# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.chown(world["canary"], 65534, 65534)
    print("done")
except OSError:
    print("refused")
