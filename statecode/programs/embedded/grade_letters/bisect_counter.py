from bisect import bisect
from collections import Counter
import sys

limits = [int(x) for x in input().split()]
grades = {}
for line in sys.stdin:
    name, points = line.split()
    grades[name] = "FDCBA"[bisect(limits, int(points))]
for name, grade in sorted(grades.items(), key=lambda item: (item[1], item[0])):
    print(f"{name}: {grade}")
tally = Counter(grades.values())
print(*(f"{grade}={tally[grade]}" for grade in sorted(tally)))
