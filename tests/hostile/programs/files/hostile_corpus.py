# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(len(os.listdir(os.path.join(world["repository"], "tests", "hostile"))), "names")
except OSError:
    print("refused")
