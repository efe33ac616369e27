# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
    print("forked")
except OSError:
    print("refused")
