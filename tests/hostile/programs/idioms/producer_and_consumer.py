# must: ok
# stdout: 3
# runs: trusted
import queue
import threading

todo = queue.Queue(1)
total = 0


def consume():
    global total
    while (n := todo.get()) is not None:
        total += n


thread = threading.Thread(target=consume)
thread.start()
for n in (1, 2, None):
    todo.put(n)
thread.join()
print(total)
