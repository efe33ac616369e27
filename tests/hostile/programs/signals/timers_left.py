# must: any
# runs: trusted
import os
import signal

signal.setitimer(signal.ITIMER_REAL, 0.3)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
os.close(2)
