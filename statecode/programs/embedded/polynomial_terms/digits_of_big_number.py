"""Kronecker's trick: put x = 10**6, so that one integer product multiplies the polynomials."""
import sys

BASE = 10**6


def pack(coefficients):
    return sum(a * BASE**k for k, a in enumerate(coefficients))


def unpack(n):
    while n:
        digit = (n + BASE // 2) % BASE - BASE // 2
        yield digit
        n = (n - digit) // BASE


def term(a, power):
    factor = "" if abs(a) == 1 and power else abs(a)
    match power:
        case 0:
            return f"{factor}"
        case 1:
            return f"{factor}x"
        case _:
            return f"{factor}x^{power}"


def text(coefficients):
    words = []
    for power, a in reversed(list(enumerate(coefficients))):
        if a:
            words += ["-" if a < 0 else "+", term(a, power)]
    if not words:
        return "0"
    first, *others = words
    return " ".join([first.strip("+") + others[0], *others[1:]])


p, q, (x,) = ([int(w) for w in line.split()] for line in sys.stdin)
print(text(list(unpack(pack(p) + pack(q)))))
product = list(unpack(pack(p) * pack(q)))
print(text(product))
print(sum(a * pow(x, k) for k, a in enumerate(product)))
