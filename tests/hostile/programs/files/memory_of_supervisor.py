# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    print(open(f"/proc/{world['supervisor']}/mem", "rb", buffering=0).fileno() > 0)
except OSError:
    print("refused")
