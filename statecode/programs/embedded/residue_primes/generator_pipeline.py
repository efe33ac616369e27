from itertools import count, islice


def primes():
    found = []
    for n in count(2):
        if all(n % p for p in found if p * p <= n):
            found.append(n)
            yield n


def in_class(stream, r, m):
    for p in stream:
        if p % m == r:
            yield p


k, r, m = map(int, input().split())
print(*islice(in_class(primes(), r, m), k))
