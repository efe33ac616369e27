# No tree is built: the first key of a group is its root and splits the rest.
def shape(group):
	if not group:
		return 0, []
	root, *rest = group
	lh, ll = shape([k for k in rest if k < root])
	rh, rl = shape([k for k in rest if k > root])
	return max(lh, rh) + 1, (ll + rl or [root])

keys = list(dict.fromkeys(map(int, input().split())))
height, leaves = shape(keys)
print(*sorted(keys))
print("height", height)
print("leaves", *leaves)
