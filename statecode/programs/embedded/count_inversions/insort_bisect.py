import bisect
import sys

def inversions(values):
    seen = []
    total = 0
    for v in values:
        # everything to the right of the insertion point is larger and came earlier
        position = bisect.bisect_right(seen, v)
        total += len(seen) - position
        seen.insert(position, v)
    return total

for line in sys.stdin:
    line = line.strip()
    if line == 'END':
        break
    print(inversions(list(map(int, line.split()))))
