# Recursion turned into generators that a small loop drives, so that no limit is reached.
def drive(task):
	stack, value = [task], None
	while stack:
		try:
			stack.append(stack[-1].send(value))
			value = None
		except StopIteration as stop:
			stack.pop()
			value = stop.value
	return value


def measure(children, node):
	below, leaves = -1, not children.get(node)
	for child in children.get(node, ()):
		h, l = yield measure(children, child)
		below, leaves = max(below, h), leaves + l
	return below + 1, int(leaves)


children, n = {}, 1
for word in input().split():
	for _ in range(int(word.strip("x")) if "x" in word else 1):
		children.setdefault(n - 1 if "x" in word else int(word), []).append(n)
		n += 1
print(n, *drive(measure(children, 0)))
