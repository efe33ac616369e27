import heapq
from graphlib import TopologicalSorter

def lines():
    while True:
        try:
            yield input().split()
        except EOFError:
            return

sorter = TopologicalSorter()
for first, then in lines():
    sorter.add(then, first)
sorter.prepare()    # raises CycleError
ready, order = [], []
while sorter.is_active():
    for node in sorter.get_ready():
        heapq.heappush(ready, node)
    task = heapq.heappop(ready)
    order.append(task)
    sorter.done(task)
print(*order, sep="\n")
