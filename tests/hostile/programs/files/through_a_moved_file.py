# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.rename(world["open_secret"], world["open_secret"] + ".moved")
    print(open(world["open_secret"] + ".moved").read())
except OSError:
    print("refused")
