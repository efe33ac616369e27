import sys
from functools import reduce
input = sys.stdin.readline

def repeat(f, n):
	"""The function that applies f n times."""
	def g(x):
		return reduce(lambda y, _: f(y), range(n), x)
	return g

def successor(ch):
	if ch in 'zZ': return chr(ord(ch) - 25)
	return chr(ord(ch) + 1) if ch.isalpha() else ch

code = repeat(successor, int(input()) % 26)
while line := input():
	sys.stdout.write(''.join([code(ch) for ch in line]))
