n, m, *rest = map(int, open(0).read().split())
# (price, index) makes every price different, which Boruvka's method needs
cables = [(rest[i + 2], i, rest[i], rest[i + 1]) for i in range(0, 3 * m, 3)]
colour = list(range(n + 1))
total = 0
while len(set(colour[1:])) > 1:
    cheapest = {}
    for cable in cables:
        _, _, a, b = cable
        if colour[a] == colour[b]:
            continue
        for c in (colour[a], colour[b]):
            cheapest[c] = min(cable, cheapest.get(c, cable))
    if not cheapest:
        raise LookupError("separate parts remain: " + str(sorted(set(colour[1:]))))
    for price, _, a, b in set(cheapest.values()):
        total += price
        old, new = colour[a], colour[b]
        colour = [new if c == old else c for c in colour]
print(total)
