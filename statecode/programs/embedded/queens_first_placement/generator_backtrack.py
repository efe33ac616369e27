class Board:
    def __init__(self, size):
        self.size = size
        self.queens = []

    def safe(self, column):
        row = len(self.queens)
        for r, c in enumerate(self.queens):
            if c == column or abs(c - column) == row - r:
                return False
        return True

    def solutions(self):
        if len(self.queens) == self.size:
            yield tuple(self.queens)
            return
        for column in range(1, self.size + 1):
            if self.safe(column):
                self.queens.append(column)
                yield from self.solutions()
                self.queens.pop()


first, *others = list(Board(int(input())).solutions()) or [None]
print(*first or ("impossible",))
print(0 if first is None else 1 + len(others))
