# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import linecache
import sys

world = json.load(sys.stdin)
try:
    print(linecache.getline(world["open_secret"], 1) or "refused")
except OSError:
    print("refused")
