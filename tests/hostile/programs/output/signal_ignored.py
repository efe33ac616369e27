# must: output_limit output | exception OSError | ok
# prints: xxxxxxxxxx
# runs: trusted
import os
import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for _ in range(300):
    try:
        os.write(1, b"x" * 1000)
    except OSError:
        pass
