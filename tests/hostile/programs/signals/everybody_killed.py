# must: ok | killed SIGSYS
# stdout: refused
# Only where two harmless signals were refused is the real one sent.
import json
import os
import signal
import sys

world = json.load(sys.stdin)
try:
    for number in (0, signal.SIGWINCH):
        try:
            os.kill(-1, number)
            raise SystemExit("reached")
        except OSError:
            pass
    os.kill(-1, signal.SIGKILL)
    print("sent")
except OSError:
    print("refused")
