# must: ok
# runs: trusted
# twice: same
import os

print(sorted(os.environ), os.environ.get("PYTHONHASHSEED"))
