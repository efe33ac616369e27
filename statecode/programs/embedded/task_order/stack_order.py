import sys
succ, deg = {}, {}
for line in sys.stdin.read().splitlines():
    a, b = line.split()
    succ.setdefault(a, []).append(b)
    deg[b] = deg.get(b, 0) + 1
    deg.setdefault(a, 0)
stack = sorted((t for t in deg if not deg[t]), reverse=True)
out = []
while stack:
    t = stack.pop()
    out.append(t)
    for b in succ.get(t, ()):
        deg[b] -= 1
        if not deg[b]: stack.append(b)
if len(out) != len(deg): sys.exit("circle")
print(*out, sep="\n")
