rule = int(input())
steps = int(input())
cells = input().strip()

table = {}
for number in range(8):
    pattern = format(number, "03b").replace("0", ".").replace("1", "#")
    table[pattern] = "#" if rule >> number & 1 else "."

print(cells)
for _ in range(steps):
    wide = "." + cells + "."
    cells = "".join(table[wide[i:i + 3]] for i in range(len(cells)))
    print(cells)
