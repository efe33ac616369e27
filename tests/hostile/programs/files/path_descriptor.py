# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    fd = os.open(world["open_secret"], os.O_PATH)
    print(open(f"/proc/self/fd/{fd}").read())
except OSError:
    print("refused")
