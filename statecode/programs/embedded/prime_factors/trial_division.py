import sys

def factor(n):
    """Return a dict from each prime of n to its exponent."""
    exponents = {}
    p = 2
    while p * p <= n:
        while n % p == 0:
            exponents[p] = exponents.get(p, 0) + 1
            n //= p
        p += 1 if p == 2 else 2
    if n > 1:
        exponents[n] = 1
    return exponents

for line in sys.stdin:
    n = int(line)
    if n < 1:
        raise ValueError("not positive: %d" % n)
    parts = [f"{p}^{e}" if e > 1 else str(p) for p, e in factor(n).items()]
    print(n, "=", " * ".join(parts) or 1)
