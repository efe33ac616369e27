# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import runpy
import sys

world = json.load(sys.stdin)
try:
    print(runpy.run_path(world["open_secret"]))
except (OSError, ImportError):
    print("refused")
