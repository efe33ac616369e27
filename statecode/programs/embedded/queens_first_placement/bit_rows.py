"""Columns and diagonals under attack are bits of three integers."""


def place(full, columns, left, right, line, found):
    if columns == full:
        found.append(line)
        return
    free = full & ~(columns | left | right)
    while free:
        bit = free & -free
        free ^= bit
        place(full, columns | bit, (left | bit) << 1, (right | bit) >> 1, line + [bit.bit_length()], found)


found = []
place((1 << int(input())) - 1, 0, 0, 0, [], found)
if found:
    print(" ".join(map(str, found[0])))
else:
    print("impossible")
print(len(found))
