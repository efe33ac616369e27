"""Programs that use numpy and pandas. Together their values use every repr function that snoop has for these packages."""

from __future__ import annotations

NUMPY: dict[str, str] = {
    "dtypes": """\
import numpy as np

ints = np.arange(5)
floats = np.linspace(0, 1, 4)
bools = ints > 2
words = np.array(["pear", "fig", "apple"])
complexes = np.array([1 + 2j, 3 - 1j])
objects = np.array([None, "x", [1, 2]], dtype=object)
dates = np.array(["2024-01-01", "2024-02-29"], dtype="datetime64[D]")
gap = dates[1] - dates[0]
small = ints.astype(np.int8)
empty = np.array([])
print(ints.sum(), floats.mean(), gap)
""",
    "shapes": """\
import numpy as np

matrix = np.arange(12).reshape(3, 4)
cube = np.arange(24).reshape(2, 3, 4)
four = np.zeros((2, 2, 2, 2))
seven = np.ones((1,) * 7)
zero_d = np.array(7)
wide = np.arange(40).reshape(2, 20)
transposed = matrix.T
row, column = matrix[1], matrix[:, 2]
matrix = matrix @ transposed
print(matrix.shape, zero_d.ndim)
""",
    "slices": """\
import numpy as np

data = np.array([5, 3, 8, 1, 9, 2])
head = data[:3]
steps = data[::-2]
mask = data % 2 == 1
odd = data[mask]
head[0] = 50
data[mask] = 0
data[[1, 2]] += 7
order = np.argsort(data)
where = np.where(data > 5)
data.sort()
print(data, head, order)
""",
    "in_place": """\
import numpy as np

grid = np.zeros((3, 3), dtype=int)
for i in range(3):
    grid[i, i] = i + 1
    grid[:, 0] += 1
grid *= 2
view = grid.ravel()
view[4] = -1
grid = np.vstack([grid, [7, 8, 9]])
print(grid)
""",
    "scalars": """\
import numpy as np

half = np.float64(0.5)
byte = np.uint8(250)
with np.errstate(over="ignore"):
    wrapped = byte + np.uint8(10)
flag = np.bool_(True)
name = np.str_("text")
nothing = np.nan
infinite = np.inf
day = np.datetime64("2024-05-06")
pair = (half, byte)
table = {np.int64(3): half}
total = half + 1
item = total.item()
dtype = half.dtype
print(wrapped, flag, name, pair, table, item)
""",
    "functions": """\
import numpy as np


def norm(vector):
    squares = vector ** 2
    return np.sqrt(squares.sum())


def rows(matrix):
    for row in matrix:
        yield row * 2


matrix = np.array([[3.0, 4.0], [6.0, 8.0]])
norms = [norm(row) for row in matrix]
by_name = {str(k): np.full(k, k) for k in range(3)}
doubled = list(rows(matrix))
biggest = max(norms, key=lambda value: -value)
try:
    matrix @ np.ones(3)
except ValueError as error:
    message = type(error).__name__
print(norms, biggest, message)
""",
    "big": """\
import numpy as np

big = np.arange(100_000)
long_floats = big / 7
image = np.zeros((300, 400, 3), dtype=np.uint8)
image[10:20, :, 0] = 255
sums = image.sum(axis=(1, 2))
masked = np.ma.masked_greater(big[:6], 3)
matrix = np.matrix([[1, 2], [3, 4]])
print(big[-1], long_floats.max(), sums[15])
""",
    "records": """\
import numpy as np

kind = np.dtype([("name", "U10"), ("age", "i4"), ("weight", "f8")])
people = np.array([("Ann", 30, 55.5), ("Bob", 41, 80.25)], dtype=kind)
ages = people["age"]
first = people[0]
first["age"] = 31
older = people[people["age"] > 30]
record = people.view(np.recarray)
names = record.name
print(ages, names, older)
""",
    "subclasses": """\
import numpy as np


class Tagged(np.ndarray):
    tag = "t"


class ndarray:
    def __repr__(self):
        return "my own"


ndarray.__module__ = "numpy"
tagged = np.arange(3).view(Tagged)
own = ndarray()


def lazily():
    import numpy.linalg as la
    inverse = la.inv(np.eye(2) * 2)
    return inverse


result = lazily()
nested = [np.arange(2), {"k": np.arange(30)}, (np.float32(1.5),)]
print(tagged.sum(), result, nested)
""",
}

PANDAS: dict[str, str] = {
    "frames": """\
import pandas as pd

frame = pd.DataFrame({"city": ["Rome", "Oslo", "Rome"], "t": [20.5, 3.0, 22.0], "n": [1, 2, 3]})
warm = frame[frame["t"] > 10]
frame["double"] = frame["n"] * 2
frame.loc[1, "t"] = 4.5
column = frame["t"]
row = frame.iloc[0]
means = frame.groupby("city")["t"].mean()
for city, group in frame.groupby("city"):
    largest = group["t"].max()
wide = pd.DataFrame([range(12)] * 15)
empty = pd.DataFrame()
described = frame.describe()
merged = frame.merge(pd.DataFrame({"city": ["Rome"], "land": ["it"]}), how="left")
merged = merged.dropna()
print(means, merged, largest)
""",
    "series": """\
import pandas as pd

plain = pd.Series([1, 2, 3], name="plain")
labelled = pd.Series({"a": 1.5, "b": None, "c": 2.5})
long = pd.Series(range(50))
empty = pd.Series([], dtype=float)
text = pd.Series(["x", "yy", None])
flags = labelled.isna()
filled = labelled.fillna(0)
dates = pd.Series(pd.date_range("2024-01-30", periods=3))
months = dates.dt.month
plain[1] = 20
counts = text.value_counts(dropna=False)
category = text.astype("category")
total = plain.sum()
print(filled, months, counts, total)
""",
    "indexes": """\
import pandas as pd

simple = pd.Index(["a", "b", "c"], name="letter")
counted = pd.RangeIndex(10, 20, 2)
multi = pd.MultiIndex.from_product([["x", "y"], [1, 2]], names=["side", "k"])
categorical = pd.CategoricalIndex(["lo", "hi", "lo"], categories=["lo", "hi"], ordered=True, name="level")
intervals = pd.IntervalIndex.from_breaks([0, 1, 2], name="span")
times = pd.date_range("2024-01-01", periods=3, freq="D")
levels = pd.Categorical(["b", "a", "b"])
stamp = pd.Timestamp("2024-03-01 12:30")
delta = pd.Timedelta(days=2)
period = pd.Period("2024-03")
missing = pd.NA
frame = pd.DataFrame({"v": range(4)}, index=multi)
top = frame.loc["x"]
unstacked = frame["v"].unstack()
print(simple, counted, top, unstacked)
""",
    "methods": """\
import numpy as np
import pandas as pd


class Ledger:
    def __init__(self, amounts):
        self.amounts = np.asarray(amounts, dtype=float)

    def total(self):
        return self.amounts.sum()

    def frame(self):
        frame = pd.DataFrame({"amount": self.amounts})
        frame["share"] = frame["amount"] / self.total()
        return frame


ledger = Ledger([1, 2, 5])
frame = ledger.frame()
shares = {index: value for index, value in frame["share"].items()}
pairs = [(row.amount, row.share) for row in frame.itertuples()]
applied = frame.apply(lambda column: column.round(2))
text = frame.to_string()
try:
    frame["nothing"]
except KeyError as error:
    missing = error.args[0]
manager = frame._mgr
print(shares, pairs, applied, missing)
""",
    "random_after": """\
import random

before = random.random()
import pandas as pd
import numpy
after = random.random()
draws = [random.randrange(10) for _ in range(3)]

sample = numpy.random.default_rng(3).integers(0, 10, size=4)
series = pd.Series(sample)
print(before, after, draws, sample)
""",
}
