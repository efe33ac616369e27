# the other way round: drop the dearest cable as long as the rest still connects everybody
def connected(n, cables):
    reached, todo = {1}, [1]
    while todo:
        here = todo.pop()
        for _, *pair in cables:
            if here in pair:
                there = sum(pair) - here
                if there not in reached:
                    reached.add(there)
                    todo.append(there)
    return len(reached) == n


n, m = (int(x) for x in input().split())
cables = []
for _ in range(m):
    a, b, price = (int(x) for x in input().split())
    cables.append((price, a, b))
assert connected(n, cables), "impossible"
for cable in sorted(cables, reverse=True):
    rest = [c for c in cables if c is not cable]
    if connected(n, rest):
        cables = rest
print(sum(price for price, *_ in cables))
