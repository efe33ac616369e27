# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import glob
import json
import sys

world = json.load(sys.stdin)
try:
    print(sum(map(len, map(str, glob.glob("/proc/[0-9]*/cmdline")))) and "listed" or "refused")
except OSError:
    print("refused")
