# must: ok
# stdout: too slow
# runs: trusted
import signal
import time


class TooSlow(Exception):
    pass


def stop(*ignored):
    raise TooSlow


signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    time.sleep(1)
except TooSlow:
    print("too slow")
