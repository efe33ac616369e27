# must: ok
# stdout: 300
# runs: trusted
import sys
import threading

sys.setrecursionlimit(10**7)
threading.stack_size(64 * 2**20)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


thread = threading.Thread(target=lambda: print(depth(300)))
thread.start()
thread.join()
