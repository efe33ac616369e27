import sys
from collections import defaultdict
from heapq import heappush, heappop

after = defaultdict(list)
waiting_for = defaultdict(int)
for line in sys.stdin:
    a, b = line.split()
    after[a].append(b)
    waiting_for[a] += 0
    waiting_for[b] += 1

free = sorted(t for t in waiting_for if waiting_for[t] == 0)   # a sorted list is a heap
order = []
while free:
    task = heappop(free)
    order.append(task)
    for b in after[task]:
        waiting_for[b] -= 1
        if waiting_for[b] == 0:
            heappush(free, b)

if len(order) < len(waiting_for):
    raise RuntimeError("circular tasks")
print("\n".join(order))
