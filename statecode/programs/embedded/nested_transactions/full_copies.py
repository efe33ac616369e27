snapshots = [{}]
for line in open(0):
	w = line.split()
	if w[0] == "set":
		snapshots[-1][w[1]] = w[2]
	elif w[0] == "get":
		print(snapshots[-1].get(w[1], "none"))
	elif w[0] == "begin":
		snapshots.append(dict(snapshots[-1]))
	else:
		assert len(snapshots) > 1, w[0]
		top = snapshots.pop()
		if w[0] == "commit":
			snapshots[-1] = top
