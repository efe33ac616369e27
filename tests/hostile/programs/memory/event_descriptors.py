# must: ok | exception OSError
# stdout: bounded
# runs: trusted
import os
import select

kept = []
try:
    for _ in range(300):
        kept.append(os.eventfd(0))
        kept.append(select.epoll())
        kept[-1].register(kept[-2])
except OSError:
    pass
print("bounded")
