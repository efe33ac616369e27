# must: ok
# stdout: saved
# runs: trusted
import os

print("saved", flush=True)
os.fsync(1)
