import sys
g = [list(l.strip()) for l in sys.stdin]

def walk(r, c, n):
    if not (0 <= r < len(g) and 0 <= c < len(g[0])) or g[r][c] == '#':
        return -1
    if g[r][c] == 'E':
        return n
    g[r][c] = '#'
    for dr, dc in (0, 1), (1, 0), (0, -1), (-1, 0):
        found = walk(r + dr, c + dc, n + 1)
        if found >= 0:
            return found
    return -1

for r, row in enumerate(g):
    if 'S' in row:
        print(walk(r, row.index('S'), 0))
        break
