# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    open("/tmp/" + world["mark"], "x").close()
    print("done")
except OSError:
    print("refused")
