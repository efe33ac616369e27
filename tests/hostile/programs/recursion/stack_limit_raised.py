# must: killed SIGSEGV | exception | memory | timeout
# runs: trusted
import resource
import sys
import threading

try:
    resource.setrlimit(resource.RLIMIT_STACK, (-1, -1))
except (ValueError, OSError):
    pass
threading.stack_size(2**27)
sys.setrecursionlimit(10**6)
source = "def f(_): return sorted([0], key=f)\nthread = threading.Thread(target=f, args=(0,))\nthread.start()\nthread.join()"
exec(compile(source, "other.py", "exec"))
