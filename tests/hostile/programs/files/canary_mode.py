# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.chmod(world["canary"], 0o600)
    print("done")
except OSError:
    print("refused")
