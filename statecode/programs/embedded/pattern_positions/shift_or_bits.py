# the state is a set of bits: bit k set means that pattern[:k + 1] ends here
text = input(); pattern = input()
where = {}
for k, ch in enumerate(pattern):
    where[ch] = where.get(ch, 0) | 1 << k

def positions():
    state = 0
    for i, ch in enumerate(text):
        state = (state << 1 | 1) & where.get(ch, 0)
        if state >> len(pattern) - 1 & 1:
            yield i - len(pattern) + 1

print(*list(positions()) or ("none",))
