import sys

lines = sys.stdin.read().split()
grid = lines[2:]
free = {".": True, "#": False}
cells = [[free[ch] for ch in row] for row in grid]

def paths(r, c):
    """Yield each way from (r, c) to the end as a string of moves."""
    if r == len(cells) or c == len(cells[r]) or not cells[r][c]:
        return
    if r == len(cells) - 1 and c == len(cells[r]) - 1:
        yield ""
    for rest in paths(r, c + 1):
        yield "R" + rest
    for rest in paths(r + 1, c):
        yield "D" + rest

print(len(set(paths(0, 0))))
