# node x means "x is in A", node x + n means "x is in B"; a rivalry (a, b) joins a with b + n and a + n with b
it = iter(open(0).read().split())
num = lambda: int(next(it))

def root(p, x):
    return x if p[x] == x else root(p, p[x])

for _ in range(num()):
    n, m = num(), num()
    p = list(range(2 * n))
    for _ in range(m):
        a, b = num() - 1, num() - 1
        for u, v in (a, b + n), (a + n, b):
            u, v = sorted((root(p, u), root(p, v)))
            p[v] = u
    if any(root(p, x) == root(p, x + n) for x in range(n)):
        print('IMPOSSIBLE')
    else:
        # the smaller root wins: of a child's two nodes, the one joined to its part's lowest child has the smaller root
        print(''.join('A' if root(p, x) < root(p, x + n) else 'B' for x in range(n)))
