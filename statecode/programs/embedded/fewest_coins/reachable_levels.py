coins = set(map(int, input().split()))
for goal in map(int, input().split()):
    if goal < 0:
        raise SystemExit("cannot pay %d" % goal)
    level, seen, n = {0}, {0}, 0
    while level and goal not in level:
        level = {s + c for s in level for c in coins if s + c <= goal} - seen
        seen |= level
        n += 1
    print(n if level else -1)
