# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys

world = json.load(sys.stdin)
try:
    print(open("/dev/mem", "rb").read(1))
except OSError:
    print("refused")
