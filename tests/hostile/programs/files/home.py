# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(len(os.listdir(world["home"])), "names")
except OSError:
    print("refused")
