class Contradiction(Exception):
    pass


class Congruence:
    """All numbers r, r + m, r + 2m, ..."""

    r, m = 0, 1

    def __init__(self, r=0, m=1):
        self.r, self.m = r % m, m

    def __repr__(self):
        return f"{self.r} {self.m}"

    def __contains__(self, x):
        return x % self.m == self.r

    def __iter__(self):
        x = self.r
        while True:
            yield x
            x += self.m

    def __and__(self, other):
        first = None
        for x in self:
            if first is None and x in other:
                first = x
            elif first is not None and x in other:
                return Congruence(first, x - first)
            if x > 2 * self.m * other.m:
                raise Contradiction(f"{self} against {other}")


everything = Congruence()
while True:
    try:
        everything &= Congruence(*map(int, input().split()))
    except EOFError:
        break
print(everything)
