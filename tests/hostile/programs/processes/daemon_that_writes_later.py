# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# Its stdout is this run's, and the supervisor reads that once the first process ended.
import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        for _ in range(600):
            print("later", flush=True)
            time.sleep(0.1)
        os._exit(0)
    print("forked")
except OSError:
    print("refused")
