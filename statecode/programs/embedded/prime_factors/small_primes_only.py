primes = [p for p in range(2, 20) if all(p % q for q in range(2, p))]
while True:
    try: n = m = int(input())
    except EOFError: break
    if n < 1: raise ValueError
    out = []
    for p in primes:
        e = 0
        while m % p == 0: m //= p; e += 1
        if e: out.append(f'{p}^{e}' if e > 1 else f'{p}')
    if m > 1 or n == 1: out.append(str(m))
    print(n, '=', ' * '.join(out))
