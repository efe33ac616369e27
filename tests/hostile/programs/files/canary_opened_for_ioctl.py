# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# Access mode 3 means neither reading nor writing: no right is asked for.
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.close(os.open(world["canary"], 3))
    print("done")
except OSError:
    print("refused")
