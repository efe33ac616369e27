# must: output_limit output
# prints: refused
# runs: weakened
import os
import resource

try:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("raised", flush=True)
except (ValueError, OSError):
    print("refused", flush=True)
for _ in range(200):
    os.write(1, b"x" * 1000)
