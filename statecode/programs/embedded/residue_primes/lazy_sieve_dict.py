"""Incremental sieve: composites[n] lists the primes that will strike n."""


def sieve():
    composites = {}
    n = 2
    while True:
        strikers = composites.pop(n, None)
        if strikers is None:
            yield n
            composites[n * n] = [n]
        else:
            for p in strikers:
                composites.setdefault(n + p, []).append(p)
        n += 1


def main():
    k, r, m = (int(x) for x in input().split())
    out = []
    if k:
        for p in sieve():
            if p % m == r:
                out.append(p)
                if len(out) == k:
                    break
    print(" ".join(map(str, out)))


main()
