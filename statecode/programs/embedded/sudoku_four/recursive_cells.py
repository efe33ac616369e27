def clash(g, r, c, d):
    if d in g[r] or any(g[i][c] == d for i in range(4)):
        return True
    r0, c0 = r // 2 * 2, c // 2 * 2
    return d in (g[r0][c0], g[r0][c0 + 1], g[r0 + 1][c0], g[r0 + 1][c0 + 1])


def solve(g):
    for r in range(4):
        for c in range(4):
            if g[r][c] == 0:
                for d in (1, 2, 3, 4):
                    if not clash(g, r, c, d):
                        g[r][c] = d
                        if solve(g):
                            return True
                        g[r][c] = 0
                return False
    return True


g = [[int(x) for x in input()] for _ in range(4)]
clean = True
for r in range(4):
    for c in range(4):
        d, g[r][c] = g[r][c], 0
        clean &= not d or not clash(g, r, c, d)
        g[r][c] = d
if clean and solve(g):
    for row in g:
        print(*row, sep="")
else:
    print("no solution")
