# must: timeout wall
# stdout: early
# recorded: x = 1
# runs: trusted
import time

x = 1
print("early", flush=True)
time.sleep(60)
