# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("0")
    print("done")
except OSError:
    print("refused")
