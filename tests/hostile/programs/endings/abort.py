# must: killed SIGABRT
# stdout: early
# recorded: x = 1
# runs: trusted
import os

x = 1
print("early", flush=True)
os.abort()
