import itertools


class Palindromes:
    """Manacher's method on the word with separators: radius[i] belongs to the i-th letter or gap."""

    def __init__(self, word):
        self.word = word
        self.padded = "|" + "|".join(word) + "|"
        self.radius = [0] * len(self.padded)
        self.fill()

    def fill(self):
        t, radius = self.padded, self.radius
        centre = edge = 0
        for i in range(len(t)):
            if i < edge:
                radius[i] = min(edge - i, radius[2 * centre - i])
            while 0 < i - radius[i] and i + radius[i] + 1 < len(t) and t[i - radius[i] - 1] == t[i + radius[i] + 1]:
                radius[i] += 1
            if i + radius[i] > edge:
                centre, edge = i, i + radius[i]

    def longest(self):
        length = max(self.radius)
        start = (self.radius.index(length) - length) // 2
        return self.word[start:start + length]


words = open(0).read().split("\n")
for word in itertools.takewhile(bool, words):
    print(Palindromes(word).longest())
