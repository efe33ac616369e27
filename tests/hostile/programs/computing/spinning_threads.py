# must: timeout
# runs: trusted
import itertools
import threading

for _ in range(4):
    threading.Thread(target=max, args=(itertools.count(),)).start()
