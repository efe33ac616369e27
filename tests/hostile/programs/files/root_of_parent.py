# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(open(f"/proc/{os.getppid()}/root" + world["open_secret"]).read())
except OSError:
    print("refused")
