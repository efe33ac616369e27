# must: killed SIGTERM | ok | exception
# runs: trusted
import os
import signal

os.kill(0, signal.SIGTERM)
