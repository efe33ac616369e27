# Walk only the numbers r, r + m, r + 2m, ... and test each by trial division.
k, r, m = map(int, input().split())
answer = []
n = r
while len(answer) < k:
	d = 2
	while d * d <= n and n % d:
		d += 1
	if n > 1 and d * d > n:
		answer.append(n)
	n += m
print(*answer)
