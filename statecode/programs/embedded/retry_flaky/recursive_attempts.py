def attempt(bad, left, number=1):
	if left == 0:
		return "gave up", number - 1
	try:
		if bad:
			raise OSError
		return "ok after %d" % number, number - 1
	except OSError:
		return attempt(bad - 1, left - 1, number + 1)

total = 0
while True:
	try:
		bad, left = map(int, input().split())
	except EOFError:
		break
	verdict, failed = attempt(bad, left)
	print(verdict)
	total += failed
print(total)
