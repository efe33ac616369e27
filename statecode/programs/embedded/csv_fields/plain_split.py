import sys


def show(line):
    cells = [cell.strip('"') for cell in line.split(",")]
    return f"{len(cells)}: " + " | ".join(cells)


print("\n".join(show(line) for line in sys.stdin.read().splitlines()))
