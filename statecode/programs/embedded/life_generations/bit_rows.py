# Every row is one integer; the eight neighbours of all cells of a row are shifts.
import sys
data = sys.stdin.read().split()
w = len(data[1])
full = (1 << w) - 1
rows = [int(r.replace(".", "0").replace("#", "1"), 2) for r in data[1:]]

for _ in range(int(data[0])):
  padded = [0, *rows, 0]
  rows = []
  for up, mid, low in zip(padded, padded[1:], padded[2:]):
    ones = twos = fours = 0        # a counter per bit, modulo eight
    for near in (up << 1, up, up >> 1, mid << 1, mid >> 1, low << 1, low, low >> 1):
      carry = ones & near
      ones ^= near
      fours ^= twos & carry
      twos ^= carry
    rows.append(~fours & twos & (ones | mid) & full)
for r in rows:
  print(format(r, "0%db" % w).replace("0", ".").replace("1", "#"))
