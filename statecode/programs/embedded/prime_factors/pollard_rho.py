# Pollard's rho with fixed starting points, Miller-Rabin as the prime test
import sys
from collections import Counter
from math import gcd


def is_prime(n):
    if n < 2:
        return False
    for p in (2, 3, 5, 7):
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for a in (2, 3, 5, 7):
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def divisor(n):
    if n % 2 == 0:
        return 2
    for c in range(1, n):
        slow = fast = 2
        g = 1
        while g == 1:
            slow = (slow * slow + c) % n
            fast = (fast * fast + c) % n
            fast = (fast * fast + c) % n
            g = gcd(abs(slow - fast), n)
        if g != n:
            return g


def main():
    for n in map(int, sys.stdin.read().split()):
        assert n > 0
        count, todo = Counter(), [n]
        while todo:
            m = todo.pop()
            if is_prime(m):
                count[m] += 1
            elif m > 1:
                d = divisor(m)
                todo += [d, m // d]
        terms = (f"{p}^{count[p]}" if count[p] > 1 else f"{p}" for p in sorted(count))
        print(f"{n} = {' * '.join(terms) or 1}")


main()
