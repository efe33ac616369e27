import sys
from collections import defaultdict

d, c, b, a = map(int, input().split())
by_grade = defaultdict(list)
for line in sys.stdin.read().splitlines():
    who, points = line.split()
    points = int(points)
    if points >= a:
        grade = "A"
    elif points >= b:
        grade = "B"
    elif points >= c:
        grade = "C"
    elif points >= d:
        grade = "D"
    else:
        grade = "F"
    by_grade[grade].append(who)

counts = []
for grade in "ABCDF":
    if grade in by_grade:
        for who in sorted(by_grade[grade]):
            print(who + ": " + grade)
        counts.append("%s=%d" % (grade, len(by_grade[grade])))
print(" ".join(counts))
