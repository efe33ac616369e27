# must: ok | killed SIGSYS
# stdout: refused
# Signal 0 asks whether one may send: nothing is sent, and nobody harmed where nothing holds this.
import json
import os
import sys

world = json.load(sys.stdin)
try:
    os.kill(-1, 0)
    print("reached")
    raise SystemExit
    print("sent")
except OSError:
    print("refused")
