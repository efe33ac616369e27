from functools import reduce
import sys

def egcd(a, b):
    if b == 0:
        return a, 1, 0
    g, s, t = egcd(b, a % b)
    return g, t, s - a // b * t

def combine(p, q):
    """Put two congruences into one."""
    (r1, m1), (r2, m2) = p, q
    g, s, _ = egcd(m1, m2)
    jump, rest = divmod(r2 - r1, g)
    if rest:
        raise ValueError(f"{r1} mod {m1} and {r2} mod {m2} never meet")
    m = m1 // g * m2
    return (r1 + jump * s % (m2 // g) * m1) % m, m

congruences = [tuple(map(int, line.split())) for line in sys.stdin]
print(*reduce(combine, congruences, (0, 1)))
