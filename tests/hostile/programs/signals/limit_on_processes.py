# must: ok
# stdout: refused
# runs: weakened
import resource

before = resource.getrlimit(resource.RLIMIT_NPROC)
try:
    resource.setrlimit(resource.RLIMIT_NPROC, (before[1] + 1 if before[1] > 0 else 10**6,) * 2)
    print("raised")
except (ValueError, OSError):
    print("refused")
