r, s, t = open(0).read().split()
r = int(r); w = len(t); x = int(t.translate({46: "0", 35: "1"}), 2)
for _ in range(int(s) + 1):
    print(f"{x:0{w}b}".translate({48: ".", 49: "#"}))
    x = sum((r >> (x << 1 >> i & 7) & 1) << i for i in range(w))
