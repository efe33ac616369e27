# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os
import sys

try:
    os.execv(sys.executable, ["python", "-c", "print('executed')"])
except OSError:
    print("refused")
