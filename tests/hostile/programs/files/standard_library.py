# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# Nothing is written: that it opens is bad enough.
import json
import os
import sys

world = json.load(sys.stdin)
try:
    open(os.__file__, "r+b").close()
    print("done")
except OSError:
    print("refused")
