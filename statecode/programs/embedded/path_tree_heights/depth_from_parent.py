depth = [0]
parents = set()
for t in input().split():
    repeat = int(t[1:]) if t[0] == 'x' else 1
    for _ in range(repeat):
        p = len(depth) - 1 if t[0] == 'x' else int(t)
        parents.add(p)
        depth.append(depth[p] + 1)
print(len(depth), max(depth), len(depth) - len(parents))
