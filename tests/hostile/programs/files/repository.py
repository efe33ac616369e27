# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(len(open(os.path.join(world["repository"], "setup.cfg")).read()), "characters")
except OSError:
    print("refused")
