n = int(input())
for i in range(1 << n):
    g = i ^ i >> 1
    change = (~i & i + 1).bit_length() - 1
    word = format(g, f"0{n}b") + " " if n else ""
    print(word + (str(change) if i + 1 < 1 << n else "-"))
