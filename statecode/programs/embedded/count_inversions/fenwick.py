class Fenwick:
	"""Prefix sums over ranks 1..n."""

	def __init__(self, n):
		self.tree = [0] * (n + 1)

	def add(self, i):
		while i < len(self.tree):
			self.tree[i] += 1
			i += i & -i

	def prefix(self, i):
		s = 0
		while i:
			s += self.tree[i]
			i &= i - 1
		return s

def solve(a):
	rank = {v: r for r, v in enumerate(sorted(set(a)), 1)}
	fen = Fenwick(len(rank))
	answer = 0
	for v in reversed(a):
		answer += fen.prefix(rank[v] - 1)
		fen.add(rank[v])
	return answer

for row in iter(input, "END"):
	print(solve([int(x) for x in row.split()]))
