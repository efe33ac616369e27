# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os

try:
    pid, fd = os.forkpty()
    if pid == 0:
        os._exit(0)
    print("forked")
except OSError:
    print("refused")
