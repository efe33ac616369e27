# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os
import threading


def fork():
    try:
        if os.fork() == 0:
            os._exit(0)
        print("forked")
    except OSError:
        print("refused")


thread = threading.Thread(target=fork)
thread.start()
thread.join()
