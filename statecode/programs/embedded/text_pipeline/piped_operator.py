class Pipe:
	"""Wraps a function so that `value | Pipe(f)` is f(value) and pipes can be chained."""

	def __init__(self, f):
		self.f = f

	def __ror__(self, value):
		return self.f(value)

	def __rshift__(self, other):
		return Pipe(lambda value: other.f(self.f(value)))


@Pipe
def check(words):
	assert all(map(str.isalpha, words)), words
	return words

def keep(test):
	return Pipe(lambda words: filter(test, words))

clean = Pipe(str.split) >> check >> keep(lambda w: len(w) > 2) >> Pipe(sorted) >> Pipe("-".join)
texts = [line | clean for line in open(0)]
for i in range(len(texts)):
	print(f"{i + 1}: {texts[i]}")
