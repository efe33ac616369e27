# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# What leaves its group is not found by who ends the group.
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.setpgid(0, os.getpgid(world["victim"]))
    print("joined")
except OSError:
    print("refused")
