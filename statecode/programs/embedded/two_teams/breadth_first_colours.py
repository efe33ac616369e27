import sys
from collections import deque
input = sys.stdin.readline

for _ in range(int(input())):
    n, m = map(int, input().split())
    rivals = [[] for _ in range(n)]
    for _ in range(m):
        a, b = map(int, input().split())
        rivals[a - 1].append(b - 1)
        rivals[b - 1].append(a - 1)
    team = [None] * n
    ok = True
    for first in range(n):
        if team[first] is not None:
            continue
        team[first] = 0
        q = deque([first])
        while q and ok:
            x = q.popleft()
            for y in rivals[x]:
                if team[y] is None:
                    team[y] = 1 - team[x]
                    q.append(y)
                elif team[y] == team[x]:
                    ok = False
                    break
    print("".join("AB"[t] for t in team) if ok else "IMPOSSIBLE")
