# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.setxattr(world["canary"], "user.hostile", b"changed")
    print("done")
except OSError:
    print("refused")
