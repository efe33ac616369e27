# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    print(open("/proc/self/cwd/" + "../" * 40 + world["open_secret"].lstrip("/")).read())
except OSError:
    print("refused")
