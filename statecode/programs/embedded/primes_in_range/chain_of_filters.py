# Every prime found puts one more process (a thread) behind the others; numbers wander down by queues.
import sys
import threading
from queue import Queue

def stage(inbox, found):
    prime = inbox.get()
    if prime is None:
        return
    found.append(prime)
    outbox = Queue()
    while (n := inbox.get()) is not None:
        if n % prime:
            outbox.put(n)
    outbox.put(None)
    nxt = threading.Thread(target=stage, args=(outbox, found))
    nxt.start()
    nxt.join()

def primes_to(limit):
    numbers, found = Queue(), []
    for n in range(2, limit + 1):
        numbers.put(n)
    numbers.put(None)
    first = threading.Thread(target=stage, args=(numbers, found))
    first.start()
    first.join()
    return found

for row in sys.stdin:
    low, high = map(int, row.split())
    if low > high:
        raise IndexError("low above high")
    print(*[p for p in primes_to(high) if p >= low] or ["-"])
