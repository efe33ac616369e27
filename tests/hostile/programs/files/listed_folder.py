# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(*os.listdir(os.path.dirname(world["secret"])))
except OSError:
    print("refused")
