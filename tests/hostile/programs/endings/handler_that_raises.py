# must: exception Strange
# runs: trusted
import os
import signal


class Strange(Exception):
    pass


def handle(*ignored):
    raise Strange


signal.signal(signal.SIGUSR1, handle)
os.kill(os.getpid(), signal.SIGUSR1)
