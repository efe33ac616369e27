BASE, MOD = 257, 1_000_003

class RollingHash:
    """The hash of a window of fixed width that slides over a text."""

    value = 0

    def __init__(self, first):
        self.top = pow(BASE, len(first) - 1, MOD)
        for ch in first:
            self.value = (self.value * BASE + ord(ch)) % MOD

    def slide(self, leaving, entering):
        self.value = (self.value - ord(leaving) * self.top) % MOD
        self.value = (self.value * BASE + ord(entering)) % MOD

text = input()
pattern = input()
m = len(pattern)
wanted = RollingHash(pattern).value
window = RollingHash(text[:m])
positions = []
for i in range(len(text) - m + 1):
    if i:
        window.slide(text[i - 1], text[i + m - 1])
    if window.value == wanted and text[i:i + m] == pattern:
        positions.append(i)
print(" ".join(map(str, positions)) or "none")
