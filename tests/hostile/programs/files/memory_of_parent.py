# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(open(f"/proc/{os.getppid()}/mem", "rb", buffering=0).fileno() > 0)
except OSError:
    print("refused")
