# must: event_limit events
# runs: trusted
import threading


def step():
    n = 0
    while True:
        n += 1


for _ in range(3):
    threading.Thread(target=step).start()
