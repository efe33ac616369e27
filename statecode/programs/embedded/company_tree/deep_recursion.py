import sys
sys.setrecursionlimit(10**6)
n = int(input())
team = [[] for _ in range(n + 1)]
for person, boss in enumerate(map(int, input().split()), 2):
    team[boss].append(person)

directs = [0] * (n + 1)

def go(p):
    deepest = 0
    for q in team[p]:
        deepest = max(deepest, go(q))
        directs[p] += directs[q] + 1
    return deepest + 1

print(go(1))
print(*directs[1:])
