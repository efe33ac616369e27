# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.symlink("/etc/passwd", os.path.join(world["folder"], "new"))
    print("done")
except OSError:
    print("refused")
