# must: timeout
# runs: trusted
import atexit


@atexit.register
def last():
    while True:
        last.count = 1
