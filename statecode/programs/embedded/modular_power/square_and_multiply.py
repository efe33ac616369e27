def inverse(a, m):
    """Extended Euclid."""
    r0, r1 = m, a % m
    s0, s1 = 0, 1
    while r1:
        q = r0 // r1
        r0, r1 = r1, r0 - q * r1
        s0, s1 = s1, s0 - q * s1
    if r0 != 1:
        raise ZeroDivisionError(f"{a} shares the factor {r0} with {m}")
    return s0 % m


def power(a, e, m):
    if e < 0:
        a, e = inverse(a, m), -e
    result = 1 % m
    while e > 0:
        if e & 1:
            result = result * a % m
        a = a * a % m
        e >>= 1
    return result


def main():
    queries = int(input())
    for _ in range(queries):
        print(power(*map(int, input().split())))


main()
