# must: ok | killed SIGSYS
# stdout: refused
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    os.kill(os.getppid(), signal.SIGSTOP)
    print("sent")
except OSError:
    print("refused")
