def ackermann(m, n):
    """The pending first arguments stand on a stack; n is the value handed inward."""
    pending = [m]
    while pending:
        m = pending.pop()
        if m == 0:
            n += 1
        elif n == 0:
            pending.append(m - 1)
            n = 1
        else:
            pending += [m - 1, m]
            n -= 1
    return n


while True:
    try:
        m, n = map(int, input().split())
    except EOFError:
        break
    print(ackermann(m, n))
