from functools import total_ordering
from heapq import heapify, heappop
from itertools import groupby
import sys


@total_ordering
class Student:
    def __init__(self, name, points, limits):
        self.name = name
        self.grade = "FDCBA"[sum(int(points) >= limit for limit in limits)]

    def __eq__(self, other):
        return (self.grade, self.name) == (other.grade, other.name)

    def __lt__(self, other):
        return (self.grade, self.name) < (other.grade, other.name)


limits = list(map(int, input().split()))
heap = [Student(*line.split(), limits) for line in sys.stdin]
heapify(heap)
ranked = [heappop(heap) for _ in range(len(heap))]
for student in ranked:
    print("%s: %s" % (student.name, student.grade))
print(" ".join(f"{grade}={len(list(group))}" for grade, group in groupby(ranked, key=lambda s: s.grade)))
