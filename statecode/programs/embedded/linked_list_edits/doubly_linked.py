# A ring with a sentinel; reversing only changes the direction in which it is read.
import sys

class Link:
	__slots__ = "value", "sides"
	def __init__(self, value=None):
		self.value = value
		self.sides = [self, self]

class Ring:
	def __init__(self):
		self.end = Link()
		self.forward = 1

	def insert(self, value, way):
		new, old = Link(value), self.end.sides[way]
		new.sides[way], new.sides[1 - way] = old, self.end
		self.end.sides[way] = old.sides[1 - way] = new

	def push(self, value):
		self.insert(value, self.forward)

	def append(self, value):
		self.insert(value, 1 - self.forward)

	def reverse(self):
		self.forward ^= 1

	def __iter__(self):
		link = self.end.sides[self.forward]
		while link is not self.end:
			yield link
			link = link.sides[self.forward]

	def remove(self, value):
		for link in self:
			if link.value == value:
				a, b = link.sides
				a.sides[1], b.sides[0] = b, a
				break
		else:
			raise KeyError(value)

	def show(self):
		print(" -> ".join(link.value for link in self) or "empty")

ring = Ring()
for line in sys.stdin:
	name, *rest = line.split()
	getattr(ring, name)(*rest)
