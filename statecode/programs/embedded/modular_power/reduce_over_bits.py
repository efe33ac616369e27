from functools import reduce
n, *t = map(int, open(0).read().split())
for a, e, m in zip(t[::3], t[1::3], t[2::3]):
  if e < 0:
    # Euler: the inverse is a^(phi - 1); small moduli only, so phi is counted
    from math import gcd
    assert gcd(a, m) == 1, (a, m)
    phi = sum(1 for k in range(1, m + 1) if gcd(k, m) == 1)
    e %= phi
  print(reduce(lambda r, bit: r * r * (a if bit == "1" else 1) % m, f"{e:b}", 1 % m))
