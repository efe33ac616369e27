# must: ok
# runs: trusted
import sys

sys.stdout.reconfigure(encoding="utf-16")
print("é")
