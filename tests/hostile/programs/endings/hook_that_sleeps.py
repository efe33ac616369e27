# must: timeout wall
# runs: trusted
import sys
import time

sys.excepthook = lambda *ignored: time.sleep(60)
raise ValueError
