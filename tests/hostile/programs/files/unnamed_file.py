# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.open(world["folder"], os.O_TMPFILE | os.O_RDWR)
    print("done")
except OSError:
    print("refused")
