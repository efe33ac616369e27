# must: killed SIGKILL
# runs: trusted
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
