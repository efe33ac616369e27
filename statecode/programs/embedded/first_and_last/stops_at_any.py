a = list(map(int, input().split()))
for q in list(map(int, input().split())):
    lo, hi = 0, len(a) - 1
    while lo <= hi:
        mid = (lo + hi) // 2
        if a[mid] == q:
            first = mid - 1 if mid > 0 and a[mid - 1] == q else mid
            last = mid + 1 if mid + 1 < len(a) and a[mid + 1] == q else mid
            print(first, last)
            break
        elif a[mid] < q:
            lo = mid + 1
        else:
            hi = mid - 1
    else:
        print("-")
