# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    signal.pidfd_send_signal(os.pidfd_open(world["victim"]), signal.SIGTERM)
    print("sent")
except OSError:
    print("refused")
