from itertools import permutations

n = int(input())
good = [p for p in permutations(range(1, n + 1))
        if len({c + r for r, c in enumerate(p)}) == n == len({c - r for r, c in enumerate(p)})]
print(*good[0] if good else ["impossible"])
print(len(good))
