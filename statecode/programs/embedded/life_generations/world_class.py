import sys


class World:
    AROUND = [complex(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]

    def __init__(self, rows):
        self.cells = {complex(x, y): c for y, row in enumerate(rows) for x, c in enumerate(row)}
        self.width = len(rows[0])

    def __iter__(self):
        return self

    def __next__(self):
        self.cells = {z: self.fate(z) for z in self.cells}
        return self

    def fate(self, z):
        match sum(self.cells.get(z + d) == "#" for d in self.AROUND):
            case 3:
                return "#"
            case 2:
                return self.cells[z]
        return "."

    def __str__(self):
        text = "".join(self.cells.values())
        return "\n".join(text[i:i + self.width] for i in range(0, len(text), self.width))


first, *rows = sys.stdin.read().splitlines()
world = World(rows)
for _ in range(int(first)):
    next(world)
print(world)
