# A key is a hit when fewer than `capacity` different keys were asked for since its last use.
capacity = int(input())
keys = input().split()
marks = []
for i, key in enumerate(keys):
	earlier = [j for j in range(i) if keys[j] == key]
	between = set(keys[earlier[-1] + 1:i]) if earlier else None
	marks.append("h" if between is not None and len(between) < capacity else "m")
print(*marks, sep="")
print(marks.count("h"), marks.count("m"))
