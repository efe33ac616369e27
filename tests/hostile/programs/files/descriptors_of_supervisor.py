# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(len(os.listdir(f"/proc/{world['supervisor']}/fd")), "descriptors")
except OSError:
    print("refused")
