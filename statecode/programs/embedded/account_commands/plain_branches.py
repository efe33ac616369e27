balance = 0
while True:
	try:
		words = input().split()
	except EOFError:
		break
	if words[0] == 'show':
		print(balance)
	else:
		sign = {'deposit': 1, 'withdraw': -1}[words[0]]
		n = int(words[1])
		if n < 1:
			print('refused: bad amount', n)
		elif balance + sign * n < 0:
			print('refused: short by', -(balance + sign * n))
		else:
			balance += sign * n
