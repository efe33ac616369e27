n, left = map(int, input().split())
items = sorted((list(map(int, input().split())) for _ in range(n)),
               key=lambda it: it[1] / it[0] if it[0] else float("inf"), reverse=True)
total = 0
for w, v in items:
    if w <= left:
        left -= w
        total += v
print(total)
