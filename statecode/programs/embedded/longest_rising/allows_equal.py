import bisect
for _ in range(int(input())):
    t = []
    for x in map(int, input().split()):
        p = bisect.bisect_right(t, x)
        if p == len(t):
            t.append(x)
        else:
            t[p] = x
    print(len(t))
