# must: memory
# stdout: refused
# runs: weakened
import resource

try:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("raised")
except (ValueError, OSError):
    print("refused")
x = bytearray(300 * 2**20)
