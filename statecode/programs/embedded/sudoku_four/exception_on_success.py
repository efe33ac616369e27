import sys

UNITS = [[r * 4 + c for c in range(4)] for r in range(4)]
UNITS += [list(column) for column in zip(*UNITS)]
UNITS += [[r * 4 + c, r * 4 + c + 1, r * 4 + c + 4, r * 4 + c + 5] for r in (0, 2) for c in (0, 2)]


class Solved(Exception):
    """Unwinds the whole recursion at the first solution."""


def search(cells):
    for unit in UNITS:
        digits = [cells[i] for i in unit if cells[i] != "0"]
        if len(digits) > len(set(digits)):
            return
    if "0" not in cells:
        raise Solved(cells)
    k = cells.index("0")
    for digit in "1234":
        search(cells[:k] + digit + cells[k + 1:])


try:
    search("".join(sys.stdin.read().split()))
    print("no solution")
except Solved as done:
    text = done.args[0]
    while text:
        print(text[:4])
        text = text[4:]
