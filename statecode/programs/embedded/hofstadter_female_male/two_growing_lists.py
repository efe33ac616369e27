n = int(input())
f, m = [1], [0]
for i in range(1, n + 1):
    m.append(i - f[m[-1]])   # m first: f[i] may look at m[i]
    f.append(i - m[f[-1]])
print(" ".join(map(str, f)))
print(" ".join(map(str, m)))
