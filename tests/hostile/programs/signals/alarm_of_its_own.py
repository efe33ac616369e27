# must: killed SIGALRM
# runs: trusted
import signal
import time

signal.alarm(1)
time.sleep(1.5)
