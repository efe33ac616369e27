from itertools import zip_longest


class Polynomial:
    """Coefficients from the constant upwards, without zeros at the end."""

    def __init__(self, *coefficients):
        self.c = list(coefficients)
        while self.c and self.c[-1] == 0:
            self.c.pop()

    def __add__(self, other):
        return Polynomial(*map(sum, zip_longest(self.c, other.c, fillvalue=0)))

    def __mul__(self, other):
        product = [0] * (len(self.c) + len(other.c))
        for i, a in enumerate(self.c):
            for j, b in enumerate(other.c):
                product[i + j] += a * b
        return Polynomial(*product)

    def __call__(self, x):
        value = 0
        for a in reversed(self.c):
            value = value * x + a
        return value

    def __str__(self):
        text = ""
        for power in range(len(self.c) - 1, -1, -1):
            a = self.c[power]
            if a == 0:
                continue
            sign = "-" if a < 0 else "+"
            text += f" {sign} " if text else sign.strip("+")
            if abs(a) != 1 or power == 0:
                text += str(abs(a))
            if power > 0:
                text += "x" if power == 1 else f"x^{power}"
        return text or "0"


p = Polynomial(*map(int, input().split()))
q = Polynomial(*map(int, input().split()))
x = int(input())
print(p + q)
print(p * q)
print((p * q)(x))
