# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.chdir(os.path.dirname(world["open_secret"]))
    print(open(os.path.basename(world["open_secret"])).read())
except OSError:
    print("refused")
