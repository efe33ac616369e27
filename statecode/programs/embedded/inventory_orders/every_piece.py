# Each single piece is an entry of one list; selling removes entries.
shelf, tags = [], {}

def add(item, count, tag):
	tags[item] = int(tag)
	shelf.extend([item] * int(count))

def order(item, count):
	for _ in range(int(count)):
		shelf.remove(item)
	print("sold %s %s for %d" % (count, item, tags[item] * int(count)))

def report():
	for item in sorted(set(shelf)):
		print(item + ":", shelf.count(item))
	print("worth", sum(tags[item] for item in shelf))

for line in open(0):
	words = line.split()
	globals()[words[0]](*words[1:])
