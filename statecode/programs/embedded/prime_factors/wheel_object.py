import sys


class Candidates:
    """Iterates over 2, 3 and the numbers next to multiples of 6."""

    def __init__(self):
        self.last = 1

    def __iter__(self):
        return self

    def __next__(self):
        if self.last < 3:
            self.last += 1
        else:
            self.last += 2 if self.last % 6 in (3, 5) else 4
        return self.last


for n in map(int, sys.stdin.buffer):
    if n <= 0:
        raise OverflowError(n)
    rest, text = n, ""
    for d in Candidates():
        if d * d > rest:
            break
        exponent = 0
        while True:
            quotient, remainder = divmod(rest, d)
            if remainder:
                break
            rest, exponent = quotient, exponent + 1
        if exponent:
            text += f" * {d}" if exponent == 1 else f" * {d}^{exponent}"
    if rest > 1 or n == 1:
        text += f" * {rest}"
    print(n, "=", text[3:])
