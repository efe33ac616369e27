# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# A driver's own code runs when its device is opened.
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.close(os.open("/dev/ptmx", 3))
    print("done")
except OSError:
    print("refused")
