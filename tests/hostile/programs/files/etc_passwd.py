# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    print(open("/etc/passwd").read())
except OSError:
    print("refused")
