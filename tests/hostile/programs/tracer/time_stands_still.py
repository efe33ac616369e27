# must: timeout
# runs: trusted
import time

time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
while True: pass  # noqa: E701
