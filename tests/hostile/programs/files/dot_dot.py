# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    print(open("../" * 40 + world["open_secret"].lstrip("/")).read())
    os.getcwd()
except OSError:
    print("refused")
