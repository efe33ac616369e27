# The board is a real list of lists with a wall around it.
import sys
w, h = [int(x) for x in sys.stdin.readline().split()]
wall = ["#"] * (w + 2)
board = [wall] + [["#"] + [" "] * w + ["#"] for _ in range(h)] + [wall]

for commands in map(str.strip, sys.stdin):
	r, c, d = 1, 1, "N"
	for k in commands:
		if k == "F":
			r += (d == "N") - (d == "S")
			c += (d == "E") - (d == "W")
			if board[r][c] == "#":
				sys.exit("hit the wall")
		else:
			ring = "NESWN" if k == "R" else "NWSEN"
			d = ring[ring.index(d) + 1]
	print(c - 1, r - 1, d)
