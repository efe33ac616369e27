# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(len(os.listdir(f"/proc/{os.getppid()}/fd")), "descriptors")
except OSError:
    print("refused")
