# must: ok | killed SIGSYS
# stdout: refused
import json
import os
import sys

world = json.load(sys.stdin)
try:
    open(os.path.realpath(sys.executable), "r+b").close()
    print("done")
except OSError:
    print("refused")
