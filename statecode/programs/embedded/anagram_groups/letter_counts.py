import sys

A = ord("a")


class Word:
    text, counts = "", ()

    def __init__(self, text):
        counts = [0] * 26
        for letter in text:
            position = ord(letter) - A
            if position not in range(26):
                raise IndexError(f"{letter!r} in {text}")
            counts[position] += 1
        self.text, self.counts = text, tuple(counts)

    def __eq__(self, other):
        return isinstance(other, Word) and self.counts == other.counts

    def __hash__(self):
        return hash(self.counts)

    def __str__(self):
        return self.text


def main():
    words = [Word(t) for t in sys.stdin.read().split()]
    groups = {}
    for w in words:
        groups[w] = groups.get(w, []) + [w]
    ranked = sorted(enumerate(groups.values()), key=lambda pair: (-len(pair[1]), pair[0]))
    for _, group in ranked:
        print(" ".join(map(str, group)))


if __name__ == "__main__":
    main()
