import heapq
from typing import NamedTuple


class Cell(NamedTuple):
    row: int
    column: int

    def to(self, other):
        return abs(self.row - other.row) + abs(self.column - other.column)


class Maze:
    def __init__(self, lines):
        self.free = set()
        for r, line in enumerate(lines):
            for c, mark in enumerate(line):
                if mark != "#":
                    self.free.add(Cell(r, c))
                if mark == "S":
                    self.start = Cell(r, c)
                elif mark == "E":
                    self.end = Cell(r, c)

    def neighbours(self, cell):
        for dr, dc in [(-1, 0), (0, 1), (1, 0), (0, -1)]:
            n = Cell(cell.row + dr, cell.column + dc)
            if n in self.free:
                yield n

    def solve(self):
        best = {self.start: 0}
        frontier = [(self.start.to(self.end), self.start)]
        while frontier:
            estimate, cell = heapq.heappop(frontier)
            if cell == self.end:
                return best[cell]
            for n in self.neighbours(cell):
                if best[cell] + 1 < best.get(n, 10 ** 9):
                    best[n] = best[cell] + 1
                    heapq.heappush(frontier, (best[n] + n.to(self.end), n))
        return -1


lines = []
try:
    while line := input():
        lines.append(line)
except EOFError:
    pass
print(Maze(lines).solve())
