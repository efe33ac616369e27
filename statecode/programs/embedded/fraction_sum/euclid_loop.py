def gcd(a, b):
    a, b = abs(a), abs(b)
    while b:
        a, b = b, a % b
    return a

while True:
    try:
        first, second = input().split()
    except EOFError:
        break
    a, b = map(int, first.split("/"))
    c, d = map(int, second.split("/"))
    if b * d == 0:
        raise ZeroDivisionError(first + " + " + second)
    p, q = a * d + b * c, b * d
    g = gcd(p, q)
    if q < 0:
        g = -g
    p, q = p // g, q // g
    print(p if q == 1 else "%d/%d" % (p, q))
