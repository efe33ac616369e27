# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os

try:
    os.nice(-5)
    print("more important now")
except OSError:
    print("refused")
