import sys

a, b, new = input().split()
rows = sys.stdin.read().split("\n")[:-1]
old = rows[int(a)][int(b)]
same = {complex(i, j) for i, row in enumerate(rows) for j, x in enumerate(row) if x == old}
area = {complex(int(a), int(b))}
while True:
    wider = area | {z + d for z in area for d in (1, -1, 1j, -1j)} & same
    if wider == area:
        break
    area = wider
for i, row in enumerate(rows):
    print(''.join(new if complex(i, j) in area else x for j, x in enumerate(row)))
print(len(area) if old != new else 0)
