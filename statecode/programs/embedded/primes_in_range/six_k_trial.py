class Number(int):
    def is_prime(self):
        if self < 4:
            return self > 1
        if self % 2 == 0 or self % 3 == 0:
            return False
        d = 5
        while d * d <= self:
            if self % d == 0 or self % (d + 2) == 0:
                return False
            d += 6
        return True


class Range:
    def __init__(self, text):
        self.low, self.high = map(Number, text.split())
        if self.high < self.low:
            raise ArithmeticError(text)

    def __iter__(self):
        return (n for n in map(Number, range(self.low, self.high + 1)) if n.is_prime())


for text in open(0).read().splitlines():
    line = " ".join(map(str, Range(text)))
    print(line if line else "-")
