# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.close(os.open(world["canary"], os.O_RDONLY | os.O_TRUNC))
    print("done")
except OSError:
    print("refused")
