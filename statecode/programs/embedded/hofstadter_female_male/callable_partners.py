class Sequence:
    """One of two sequences that are defined by each other."""

    def __init__(self, first):
        self.known = [first]
        self.partner = None

    def __call__(self, n):
        while len(self.known) <= n:
            k = len(self.known)
            self.known.append(k - self.partner(self.known[k - 1]))
        return self.known[n]


female, male = Sequence(1), Sequence(0)
female.partner, male.partner = male, female
limit = int(input())
for who in female, male:
    who(limit)
    print(*who.known[:limit + 1])
