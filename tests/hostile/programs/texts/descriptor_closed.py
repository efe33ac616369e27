# must: exception OSError | ok
# runs: trusted
import os

os.close(1)
print("nowhere", flush=True)
