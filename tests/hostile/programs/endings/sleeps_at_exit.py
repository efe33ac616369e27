# must: timeout wall
# stdout: early
# runs: trusted
import atexit
import time

print("early", flush=True)
atexit.register(time.sleep, 60)
