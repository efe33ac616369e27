# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os

try:
    pid = os.posix_spawn("/bin/true", ["/bin/true"], {})
    print("spawned")
except OSError:
    print("refused")
