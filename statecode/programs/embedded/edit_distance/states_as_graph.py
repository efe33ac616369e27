import heapq
import sys


class EditGraph:
    def __init__(self, source, target):
        self.source, self.target = source, target
        self.queue = [(0, 0, 0)]
        self.closed = set()

    def moves(self, i, j):
        if i < len(self.source) and j < len(self.target):
            yield int(self.source[i] != self.target[j]), i + 1, j + 1
        if i < len(self.source):
            yield 1, i + 1, j
        if j < len(self.target):
            yield 1, i, j + 1

    def shortest(self):
        end = len(self.source), len(self.target)
        while True:
            cost, *state = heapq.heappop(self.queue)
            state = tuple(state)
            if state == end:
                return cost
            if state in self.closed:
                continue
            self.closed.add(state)
            for extra, *following in self.moves(*state):
                heapq.heappush(self.queue, (cost + extra, *following))


first, second = (sys.stdin.readline().rstrip("\n") for _ in range(2))
print(EditGraph(first, second).shortest())
