import sys
from collections import deque
q = deque((name, int(k)) for name, k in map(str.split, sys.stdin))
turns = 0
while q:
    name, k = q.popleft()
    turns += 1
    print(name, k or 'done')
    if k: q.append((name, k - 1))
print(turns)
