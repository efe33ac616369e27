# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# A lock on a file that all may read can make others wait.
import fcntl
import json
import os
import sys

world = json.load(sys.stdin)
try:
    with open(os.__file__) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("done")
except OSError:
    print("refused")
