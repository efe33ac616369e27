# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.unlink(world["canary"])
    print("done")
except OSError:
    print("refused")
