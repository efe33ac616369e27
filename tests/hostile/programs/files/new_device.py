# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.mknod(os.path.join(world["folder"], "new"), 0o20666, os.makedev(1, 5))
    print("done")
except OSError:
    print("refused")
