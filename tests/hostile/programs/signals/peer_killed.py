# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# A process of the same user as this program: what another slot runs.
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    os.kill(world["peer"], signal.SIGKILL)
    print("sent")
except OSError:
    print("refused")
