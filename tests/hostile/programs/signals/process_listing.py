# must: ok
# stdout: refused
# runs: weakened
import os

try:
    print(sum(name.isdigit() for name in os.listdir("/proc")), "processes")
except OSError:
    print("refused")
