# must: ok | killed SIGSYS | timeout wall
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    print(len(open("/dev/kmsg", "rb").readline()))
except OSError:
    print("refused")
