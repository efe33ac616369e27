# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# A signal that does nothing to a process that runs.
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    os.kill(world["supervisor"], signal.SIGCONT)
    print("sent")
except OSError:
    print("refused")
