"""Programs with arrays, for the comparison of the native engine with snoop: loops, and changes that are easily missed."""

from __future__ import annotations

from tests.support.paths import ROOT

LOOPS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("benchmarks/arrays/*.py"))}
PROGRAMS: dict[str, str] = {
    "hidden_and_shown_items": """\
import numpy as np

row, grid, cube = np.arange(20), np.zeros((9, 9)), np.zeros((5, 6, 7), dtype=np.int16)
view = grid[2:4]
for i in range(20):
    row[i] = -1
    grid[i % 9, i % 7] += 0.5
    cube[i % 5, i % 6, i % 7] += 1
four = np.zeros((3, 3, 3, 3), dtype=bool)
four[1] = True
four[0, 1] = True
four[0, 0, 0, 2] = True
seven = np.zeros((2,) * 7)
seven[0] = 1
""",
    "in_place_shape_and_dtype": """\
import numpy as np

x = np.arange(12)
y = x.view(np.float64)
y = x.view(np.uint64)
y = np.zeros(3, np.longlong)
y = np.zeros(3, np.int64)
y = np.zeros(3, np.dtype('i8', metadata={'a': 1}))
y = np.zeros(3, np.dtype('i8', metadata={'a': 2}))
y = np.zeros(3, np.dtype('i8'))
y = np.zeros(3, '>i8')
y = np.zeros((0, 3))
y = np.zeros((3, 0))
y = np.array(5)
y = np.array(5.0)
y[...] = 6
y = 5
y = np.array(5.0)
z = np.array(['a', 'bc'])
z[0] = "it's"
z = z.astype('S')
""",
    "print_options": """\
import numpy as np

x = np.array([1 / 3, 2 / 3, 1e-9])
y = np.float64(0.25)
z = [x, y]
np.set_printoptions(precision=3)
x = x * 2
np.set_printoptions(suppress=True, linewidth=30)
with np.printoptions(precision=2, sign='+'):
    x = x * 1
    w = np.arange(5.0)
np.set_printoptions(threshold=2, edgeitems=1, formatter={'float': lambda v: 'f'})
x = x * 2
np.set_printoptions(legacy='1.13')
x = x * 2
y = np.float64(0.5)
np.set_printoptions(legacy=False, floatmode='fixed', nanstr='??')
x[1] = np.nan
x[2] = np.inf
np.set_printoptions(override_repr=lambda a: 'mine') if hasattr(np, 'long') else None
x[1] = 4
np.set_printoptions(override_repr=None) if hasattr(np, 'long') else None
x[1] = 5
""",
    "scalars": """\
import numpy as np

values = np.array([3, 1, 2], dtype=np.int8)
for value in values:
    total = value + value
    same = value
for character in '?bBhHiIlLqQefdgFDG':
    kind = np.dtype(character).type(1)
    one = kind
    two = kind + kind
nested = {np.int64(1): [np.float32(0.1), (np.bool_(True),)], 'k': {np.uint8(3), np.uint8(4)}}
nested[np.int64(1)][0] = np.float32(0.5)
text, data = np.str_('it'), np.bytes_(b'x')
when = np.datetime64('2024-01-01')
gap = when - np.datetime64('2023-01-01')
nothing = np.float64('nan')
nothing = np.float64('nan')
pair = [nothing, -np.float64(0.0)]
x = 5
x = np.int64(5)
x = 5
x = np.int64(5)
x = [1]
x = np.int64(5)
one, two = np.longdouble(1) / 3, np.complex128(1 + 2j)
""",
    "containers": """\
import numpy as np

rows = [np.arange(3), np.arange(4.0), np.zeros((2, 2))]
table = {'a': rows[0], 'b': (rows[1],), 3: [rows]}
rows[0][1] = 7
rows[2][1, 1] = 5
many = []
for k in range(40):
    many.append(np.array([k]))
many[0][0] = 99
many[20][0] = 99
many[39][0] = 99
words = dict(enumerate(np.arange(12).reshape(6, 2)))
words[1][0] = 50
words[5][0] = 50
mixed = [np.arange(3), object, np.array([None, 1]), np.arange(3)]
mixed[0][0] = 4
objects = np.array([1, 'x', [2]], dtype=object)
objects[2].append(3)
objects[0] = None
dates = np.array(['2024-01-01', '2024-02-29'], dtype='datetime64[D]')
dates[0] = '2025-01-01'
people = np.zeros(2, dtype=[('name', 'U5'), ('age', 'i4')])
people['age'][1] = 5
""",
    "frames": """\
import numpy as np


def scaled(array, factor):
    array *= factor
    result = array + 1
    return result


def rows(matrix):
    for row in matrix:
        yield row


class Tagged(np.ndarray):
    pass


def depth(array, n):
    array[n % 7] += 1
    return array[n % 7] if n == 0 else depth(array, n - 1)


matrix = np.arange(12.0).reshape(3, 4)
for k in range(4):
    out = scaled(matrix[1], 2)


def listed():
    sums = [row.sum() for row in rows(matrix)]
    halves = [row / 2 for row in matrix]
    pairs = {k: matrix[k] for k in range(3)}
    return sums, halves, pairs


sums, halves, pairs = listed()
tagged = matrix.view(Tagged)
tagged[0, 0] = -5
masked = np.ma.masked_greater(matrix, 3)
masked[2, 3] = 1
deep = depth(np.zeros(30, dtype=np.int32), 40)
try:
    matrix @ np.ones(3)
except ValueError as error:
    message = type(error).__name__
""",
    "replaced_functions": """\
import numpy as np

x = np.arange(3)
np.shape = [1]
x[0] = 5
np.shape.append(2)
x[0] = 6
np.shape = len
real = np.array_repr
np.array_repr = lambda array: 'replaced'
x[0] = 7
np.array_repr = real
x[0] = 8
""",
    "threads": """\
from concurrent.futures import ThreadPoolExecutor

import numpy as np

x = np.zeros((9, 9))


def fill(start):
    part = x[start]
    for k in range(9):
        part[k] = start + k
        with np.printoptions(precision=k):
            third = part / 3


for start in range(3):
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(fill, start).result()
""",
    "from_numpy": """\
from numpy import arange, array, float64, linspace, ndarray, zeros

x = zeros(3)
y = float64(0.5)
kind = float64
for k in range(3):
    x[k] = k * y
big = arange(10**6)
big[500] = 1
small = linspace(0, 1, 7)
""",
}
