import sys
text, pat = sys.stdin.read().split("\n")[:2]
s = pat + "\0" + text
z, l, r = [0] * len(s), 0, 0
for i in range(1, len(s)):
	if i < r:
		z[i] = min(r - i, z[i - l])
	while i + z[i] < len(s) and s[z[i]] == s[i + z[i]]:
		z[i] += 1
	if i + z[i] > r:
		l, r = i, i + z[i]
hits = [str(i - len(pat) - 1) for i, v in enumerate(z) if v == len(pat)]
print(" ".join(hits) if hits else "none")
