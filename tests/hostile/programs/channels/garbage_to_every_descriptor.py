# must: any
# runs: trusted
import os

for fd in range(64):
    try:
        os.write(fd, b"\xff garbage \x00")
    except OSError:
        pass
