# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.link(world["open_secret"], "link")
    print(open("link").read())
except OSError:
    print("refused")
