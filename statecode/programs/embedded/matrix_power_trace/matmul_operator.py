import sys


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    @classmethod
    def identity(cls, size):
        return cls([int(i == j) for j in range(size)] for i in range(size))

    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix([sum(x * y for x, y in zip(row, column)) for column in columns] for row in self.rows)

    def __pow__(self, exponent):
        if exponent < 0:
            raise ArithmeticError("no inverses here")
        result, square = Matrix.identity(len(self.rows)), self
        while exponent:
            if exponent & 1:
                result = result @ square
            square = square @ square
            exponent >>= 1
        return result

    def __str__(self):
        return "\n".join(" ".join(map(str, row)) for row in self.rows)


size, exponent = map(int, input().split())
power = Matrix(map(int, line.split()) for line in sys.stdin) ** exponent
print(power)
print(sum(power.rows[i][i] for i in range(size)))
