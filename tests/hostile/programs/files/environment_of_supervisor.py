# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    print(open(f"/proc/{world['supervisor']}/environ").read())
except OSError:
    print("refused")
