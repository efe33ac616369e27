first, *lines = open(0).readlines()
left = int(first)
clean = ''.join(c.lower() if c.isalpha() else ' ' for c in ''.join(lines)).split()
bucket = [[] for _ in range(len(clean) + 1)]
for w in dict.fromkeys(clean):
    bucket[clean.count(w)].append(w)
n = len(clean)
while left > 0 and n > 0:
    for w in sorted(bucket[n])[:left]:
        print(w, n)
        left -= 1
    n -= 1
