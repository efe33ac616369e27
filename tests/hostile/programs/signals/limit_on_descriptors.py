# must: ok
# stdout: refused
# runs: weakened
import resource

try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (2**16, 2**16))
    print("raised")
except (ValueError, OSError):
    print("refused")
