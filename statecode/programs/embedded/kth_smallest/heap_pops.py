from heapq import heapify, heappop

class OrderStatistics:
    def __init__(self, items):
        self.heap = list(items)
        heapify(self.heap)
        self.known = []

    def __getitem__(self, k):
        if k < 1:
            raise KeyError(k)
        while len(self.known) < k:
            self.known.append(heappop(self.heap))
        return self.known[k - 1]

stats = OrderStatistics(map(int, input().split()))
while True:
    try:
        query = input()
    except EOFError:
        break
    print(stats[int(query)])
