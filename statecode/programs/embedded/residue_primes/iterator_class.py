class ResiduePrimes:
    def __init__(self, residue, modulus):
        self.candidate = residue - modulus
        self.step = modulus

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            self.candidate += self.step
            if self.candidate > 1 and not any(self.candidate % d == 0 for d in range(2, self.candidate)):
                return self.candidate


k, r, m = map(int, input().split())
for _, p in zip(range(k), ResiduePrimes(r, m)):
    print(p, end=" ")
print()
