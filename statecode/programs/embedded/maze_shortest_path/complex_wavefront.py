import sys
cells = {complex(x, y): ch for y, row in enumerate(sys.stdin) for x, ch in enumerate(row.strip()) if ch != "#"}
wave = {p for p in cells if cells[p] == "S"}
steps = 0
while wave and not any(cells[p] == "E" for p in wave):
    for p in wave:
        del cells[p]
    wave = {p + d for p in wave for d in (1, -1, 1j, -1j)} & cells.keys()
    steps += 1
print(steps if wave else -1)
