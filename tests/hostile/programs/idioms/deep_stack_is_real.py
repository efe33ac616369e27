# must: ok
# stdout: 20000
# runs: trusted
import sys
import threading

sys.setrecursionlimit(10**7)
threading.stack_size(64 * 2**20)
source = "def depth(n): return 0 if n == 0 else 1 + max(map(depth, [n - 1]))\nprint(depth(20_000))"
thread = threading.Thread(target=exec, args=(compile(source, "other.py", "exec"), {}))
thread.start()
thread.join()
