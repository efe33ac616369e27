class DisjointSets:
    def __init__(self, n):
        self.parent = list(range(n))
        self.size = [1] * n

    def find(self, x):
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def union(self, x, y):
        x, y = self.find(x), self.find(y)
        if x == y:
            return False
        if self.size[x] < self.size[y]:
            x, y = y, x
        self.parent[y] = x
        self.size[x] += self.size[y]
        return True


n, m = map(int, input().split())
sets = DisjointSets(n)
circles = n
for _ in range(m):
    a, b = map(int, input().split())
    circles -= sets.union(a - 1, b - 1)
print(circles, max(sets.size))
