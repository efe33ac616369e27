import sys


def binary_gcd(a, b):
    """Stein's method: halving and subtracting only."""
    if a == b or not b:
        return a
    if not a:
        return b
    match a & 1, b & 1:
        case 0, 0:
            return binary_gcd(a >> 1, b >> 1) << 1
        case 0, 1:
            return binary_gcd(a >> 1, b)
        case 1, 0:
            return binary_gcd(a, b >> 1)
    return binary_gcd(abs(a - b) >> 1, min(a, b))


class Ratio:
    top, bottom = 0, 1

    def __init__(self, top, bottom):
        if not bottom:
            raise ValueError(f"{top}/0 is no ratio")
        sign = -1 if bottom < 0 else 1
        common = binary_gcd(abs(top), abs(bottom))
        self.top, self.bottom = sign * top // common, sign * bottom // common

    @classmethod
    def parse(cls, text):
        top, _, bottom = text.partition("/")
        return cls(int(top), int(bottom))

    def __add__(self, other):
        return Ratio(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    def __repr__(self):
        return str(self.top) + (f"/{self.bottom}" if self.bottom != 1 else "")


sys.setrecursionlimit(3000)
for line in sys.stdin.read().splitlines():
    left, right = map(Ratio.parse, line.split())
    print(left + right)
