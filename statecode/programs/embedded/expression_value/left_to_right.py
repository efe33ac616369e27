import sys


def calc(tokens):
    acc, op = None, None
    while tokens:
        t = tokens.pop(0)
        if t == ')':
            break
        if t in ('+', '-', '*', '/') and acc is not None:
            op = t
            continue
        if t == '(':
            t = calc(tokens)
        elif t == '-':
            t = -int(tokens.pop(0))
        else:
            t = int(t)
        if acc is None:
            acc = t
        elif op == '+':
            acc += t
        elif op == '-':
            acc -= t
        elif op == '*':
            acc *= t
        else:
            acc //= t
    return acc


for line in sys.stdin:
    for c in '+-*/()':
        line = line.replace(c, f' {c} ')
    print(calc(line.split()))
