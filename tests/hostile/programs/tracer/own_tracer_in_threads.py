# must: tracer_lost
# runs: trusted
import threading

threading.settrace(None)
thread = threading.Thread(target=print)
thread.start()
thread.join()
