# Split at every comma, then glue pieces together while the quotes are odd.
import sys
for line in sys.stdin:
    line = line.rstrip("\n")
    cells = []
    piece = None
    for part in line.split(","):
        piece = part if piece is None else piece + "," + part
        if piece.count('"') % 2:
            continue
        if piece.startswith('"'):
            piece = piece[1:-1].replace('""', '"')
        cells.append(piece)
        piece = None
    print("%d: %s" % (len(cells), " | ".join(cells)))
