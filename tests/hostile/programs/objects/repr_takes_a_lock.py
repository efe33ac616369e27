# must: timeout wall | ok
# runs: trusted
import threading

lock = threading.Lock()


class Evil:
    def __repr__(self):
        with lock:
            return "evil"


x = Evil()
with lock:
    y = 1
