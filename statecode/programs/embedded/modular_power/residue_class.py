class Residue:
    value, modulus = 0, 1

    def __init__(self, value, modulus):
        self.value, self.modulus = value % modulus, modulus

    def __mul__(self, other):
        return Residue(self.value * other.value, self.modulus)

    def __invert__(self):
        def solve(a, m):
            if a == 1 or m == 1:
                return 1
            if a == 0:
                raise LookupError("no inverse")
            return m - solve(m % a, a) * m // a
        candidate = Residue(solve(self.value, self.modulus), self.modulus)
        if (candidate * self).value != 1 % self.modulus:
            raise LookupError("no inverse")
        return candidate

    def __pow__(self, exponent):
        if exponent < 0:
            return (~self) ** -exponent
        if exponent == 0:
            return Residue(1, self.modulus)
        half = self ** (exponent // 2)
        return half * half * self if exponent % 2 else half * half

    def __str__(self):
        return str(self.value)


for _ in range(int(input())):
    base, exponent, modulus = (int(w) for w in input().split())
    print(Residue(base, modulus) ** exponent)
