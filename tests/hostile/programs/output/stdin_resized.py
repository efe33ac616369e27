# must: ok
# stdout: refused
# runs: weakened
import os

try:
    os.ftruncate(0, 90_000)
    print("resized")
except OSError:
    print("refused")
