# must: killed exit code 0 before the end
# stdout: early
# recorded: x = 1
# runs: trusted
import os

x = 1
print("early", flush=True)
os._exit(0)
