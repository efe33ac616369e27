# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    with open(world["canary"], "w") as file:
        file.write("changed")
    print("done")
except OSError:
    print("refused")
