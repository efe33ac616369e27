# must: timeout wall
# runs: trusted
import threading

lock = threading.Lock()
with lock:
    lock.acquire()
