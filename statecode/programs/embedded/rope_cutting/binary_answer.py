def pieces(ropes, length):
    return sum(r // length for r in ropes)

k = int(input())
ropes = list(map(int, input().split()))
if pieces(ropes, 1) < k:
    raise SystemExit(1)
good, bad = 1, max(ropes) + 1
while bad - good > 1:
    middle = (good + bad) // 2
    if pieces(ropes, middle) >= k:
        good = middle
    else:
        bad = middle
print(good)
