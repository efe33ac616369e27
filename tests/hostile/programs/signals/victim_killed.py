# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    os.kill(world["victim"], signal.SIGKILL)
    print("sent")
except OSError:
    print("refused")
