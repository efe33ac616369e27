from itertools import islice

def counts(mod):
	window = [0, 0, 1]
	while True:
		yield window[-1]
		window = window[1:] + [sum(window) % mod]

n = int(input())
print(next(islice(counts(1000007), n, None)))
