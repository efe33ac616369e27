from functools import lru_cache


class BadCell(Exception):
    def __init__(self, r, c, ch):
        super().__init__(f"row {r}, column {c}: {ch!r}")


class Grid:
    def __init__(self, rows):
        self.rows = rows
        self.count = lru_cache(None)(self.count)
        for r, row in enumerate(rows):
            for c, ch in enumerate(row):
                if ch not in "#.":
                    raise BadCell(r, c, ch)

    def count(self, r, c):
        if r < 0 or c < 0 or self.rows[r][c] == "#":
            return 0
        if (r, c) == (0, 0):
            return 1
        return self.count(r - 1, c) + self.count(r, c - 1)


height, width = (int(x) for x in input().split())
print(Grid([input() for _ in range(height)]).count(height - 1, width - 1))
