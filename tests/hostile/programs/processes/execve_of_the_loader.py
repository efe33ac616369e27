# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os

try:
    os.execv("/lib64/ld-linux-x86-64.so.2", ["ld", "/bin/true"])
except OSError:
    print("refused")
