import sys


class ShapeError(ValueError):
    pass


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0])

    def __add__(self, other):
        if self.shape != other.shape:
            raise ShapeError(f"{self.shape} + {other.shape}")
        return Matrix([a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows))

    def __matmul__(self, other):
        if self.shape[1] != other.shape[0]:
            raise ShapeError(f"{self.shape} @ {other.shape}")
        return Matrix([sum(a * b for a, b in zip(r, c)) for c in other.transposed().rows] for r in self.rows)

    def __pow__(self, n):
        if n == 1:
            return self
        half = self ** (n // 2)
        return half @ half @ self if n % 2 else half @ half

    def transposed(self):
        return Matrix(zip(*self.rows))

    def __str__(self):
        return "\n".join(" ".join(map(str, row)) for row in self.rows)


named = {}
for line in sys.stdin:
    match line.replace(";", " ; ").split():
        case [name, "=", *_]:
            named[name] = Matrix([int(x) for x in row.split()] for row in line.split("=")[1].split(";"))
        case ["show", a]:
            print(named[a])
        case ["show", a, "T"]:
            print(named[a].transposed())
        case ["show", a, "+", b]:
            print(named[a] + named[b])
        case ["show", a, "*", b]:
            print(named[a] @ named[b])
        case ["show", a, "^", n]:
            print(named[a] ** int(n))
