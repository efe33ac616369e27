data = open(0).read().split("\n")
a = [int(x) for x in data[0].split()]
for q in filter(None, data[1:]):
    k = int(q)
    assert 1 <= k <= len(a), "rank out of range"
    lo, hi = min(a), max(a)
    while lo < hi:
        mid = (lo + hi) // 2          # floors for negative sums too
        if sum(x <= mid for x in a) >= k:
            hi = mid
        else:
            lo = mid + 1
    print(lo)
