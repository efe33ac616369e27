def solve(n, a, c, b):
    if n < 1: return []
    return solve(n - 1, a, b, c) + [(n, a, c)] + solve(n - 1, a, c, b)

m = solve(int(input()), 'A', 'C', 'B')
for n, a, c in m:
    print(f'{n}: {a} -> {c}')
print(len(m))
