# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The victim leads a group of its own.
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    os.killpg(world["victim"], signal.SIGTERM)
    print("sent")
except OSError:
    print("refused")
