# must: timeout wall
# stdout: early
# runs: trusted
import os
import signal

print("early", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
