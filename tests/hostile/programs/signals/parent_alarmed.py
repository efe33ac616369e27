# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The warm process uses this signal for its wall limit.
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    os.kill(os.getppid(), signal.SIGALRM)
    print("sent")
except OSError:
    print("refused")
