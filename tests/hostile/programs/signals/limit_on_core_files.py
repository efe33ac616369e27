# must: ok
# stdout: refused
# runs: weakened
import resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (2**20, 2**20))
    print("raised")
except (ValueError, OSError):
    print("refused")
