import sys

def words(lines):
    word = ""
    for line in lines:
        for ch in line:
            if ch.isalpha():
                word += ch.lower()
            elif word:
                yield word
                word = ""
    if word:
        yield word

k = int(sys.stdin.readline())
counts = {}
for w in words(sys.stdin):
    counts[w] = counts.get(w, 0) + 1

for _ in range(min(k, len(counts))):
    best = None
    for w, n in counts.items():
        if best is None or n > counts[best] or n == counts[best] and w < best:
            best = w
    print(best, counts.pop(best))
