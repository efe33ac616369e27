# must: ok
# stdout: refused
# runs: weakened
# What stands there after the run is nobody's, but it would be memory without a limit.
import os

try:
    os.lseek(0, 0, os.SEEK_SET)
    os.write(0, b"x")
    print("written")
except OSError:
    print("refused")
