_, *nums = map(int, open(0).read().split())
if nums:
    low = min(nums)
    seen = [0] * (max(nums) - low + 1)
    for v in nums: seen[v - low] += 1
    print(*(low + k for k, times in enumerate(seen) for _ in range(times)))
else:
    print()
