class MinHeap:
    def __init__(self):
        self.data = []

    def push(self, value):
        self.data.append(value)
        child = len(self.data) - 1
        while child > 0:
            parent = (child - 1) // 2
            if self.data[parent] <= self.data[child]:
                break
            self._swap(parent, child)
            child = parent

    def pop(self):
        self._swap(0, -1)
        smallest = self.data.pop()
        size, node = len(self.data), 0
        while (child := 2 * node + 1) < size:
            if child + 1 < size and self.data[child + 1] < self.data[child]:
                child += 1
            if self.data[node] <= self.data[child]:
                break
            self._swap(node, child)
            node = child
        return smallest

    def _swap(self, i, j):
        self.data[i], self.data[j] = self.data[j], self.data[i]


count = int(input())
heap = MinHeap()
for token in input().split():
    heap.push(int(token))
print(' '.join(str(heap.pop()) for _ in range(count)))
