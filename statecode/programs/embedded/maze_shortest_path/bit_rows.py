# flood with bit operations: one integer holds the whole maze
rows = open(0).read().split()
w = len(rows[0]) + 1                      # one wall column, so that bits do not wrap around
text = ''.join(r + '#' for r in rows)
free = sum(1 << i for i, ch in enumerate(text) if ch != '#')
seen, target = (1 << text.index(ch) for ch in 'SE')
n = 0
while not seen & target:
    grown = (seen | seen << 1 | seen >> 1 | seen << w | seen >> w) & free
    if grown == seen:
        n = -1
        break
    seen, n = grown, n + 1
print(n)
