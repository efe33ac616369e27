# must: ok
# runs: trusted
import os
import platform
import resource
import sys
import time

assert os.getpid() > 0 and os.getcwd() and os.cpu_count() and os.uname() and os.times()
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0 and resource.getrlimit(resource.RLIMIT_AS)
assert time.time() > 1.6e9 and time.monotonic() > 0 and time.process_time() > 0 and time.perf_counter_ns() > 0
assert platform.system() and platform.python_version() and sys.argv == ["program.py"] and os.environ.get("NOTHING") is None
