# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    open(os.path.join(world["folder"], "new"), "x").close()
    print("done")
except OSError:
    print("refused")
