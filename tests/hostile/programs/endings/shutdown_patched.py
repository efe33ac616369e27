# must: any
# runs: trusted
import threading
import time

threading._shutdown = lambda: time.sleep(60)
