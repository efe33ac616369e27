# must: killed exit code 5 before the end
# runs: trusted
import os
import threading

thread = threading.Thread(target=os._exit, args=(5,))
thread.start()
thread.join()
