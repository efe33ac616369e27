# must: timeout
# prints: refused
# runs: weakened
import resource

try:
    resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
    print("raised", flush=True)
except (ValueError, OSError):
    print("refused", flush=True)
while True: pass  # noqa: E701
