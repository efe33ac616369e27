from collections import defaultdict
import sys

class Sparse(dict):
  """Maps (row, column) to a number; `size` is kept beside it."""

  def __init__(self, cells, size):
    super().__init__(cells)
    self.size = size

  @classmethod
  def read(cls, text):
    rows = [row.split() for row in text.split(";")]
    cells = {(i, j): int(x) for i, row in enumerate(rows) for j, x in enumerate(row) if x != "0"}
    return cls(cells, (len(rows), len(rows[0])))

  def plus(self, other):
    if self.size != other.size:
      raise ArithmeticError("different sizes")
    return Sparse({k: self.get(k, 0) + other.get(k, 0) for k in [*self, *other]}, self.size)

  def times(self, other):
    if self.size[1] != other.size[0]:
      raise ArithmeticError("sizes do not fit")
    cells = defaultdict(int)
    for (i, k), a in self.items():
      for (l, j), b in other.items():
        if k == l:
          cells[i, j] += a * b
    return Sparse(cells, (self.size[0], other.size[1]))

  def flip(self):
    return Sparse({(j, i): x for (i, j), x in self.items()}, self.size[::-1])

  def show(self):
    for i in range(self.size[0]):
      print(*(self.get((i, j), 0) for j in range(self.size[1])))

known = {}
for line in sys.stdin.read().splitlines():
  if "=" in line:
    name, _, text = line.partition("=")
    known[name.strip()] = Sparse.read(text)
  else:
    _, a, *rest = line.split()
    result = known[a]
    if rest == ["T"]:
      result = result.flip()
    elif rest:
      sign, b = rest
      factors = [known[a]] * (int(b) - 1) if sign == "^" else [known[b]]
      for f in factors:
        result = result.plus(f) if sign == "+" else result.times(f)
    result.show()
