# must: ok | killed SIGSYS
# stdout: 0 processes
# A child that comes into being ends at once, so that this harms nothing where nothing holds it.
import os

count = 0
for _ in range(300):
    try:
        if os.fork() == 0:
            os._exit(0)
        count += 1
    except OSError:
        pass
print(count, "processes")
