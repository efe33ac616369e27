groups = {}
for word in input().split():
    if not (word.isascii() and word.islower() and word.isalpha()):
        raise ValueError("not in small letters: " + word)
    groups.setdefault("".join(sorted(word)), []).append(word)
for group in sorted(groups.values(), key=len, reverse=True):   # stable
    print(*group)
