# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    print(open("/proc/self/root" + world["open_secret"]).read())
except OSError:
    print("refused")
