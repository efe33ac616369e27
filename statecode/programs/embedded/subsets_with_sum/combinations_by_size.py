from itertools import combinations

nums = [int(w) for w in input().split()]
target = int(input())
hits = [c for size in range(1, len(nums) + 1)
        for c in combinations(nums, size)
        if sum(c) == target]
print("\n".join(" ".join(map(str, c)) for c in hits) or "none")
