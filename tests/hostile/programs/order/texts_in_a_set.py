# must: ok
# runs: trusted
# twice: same
words = {f"word {number}" for number in range(30)}
print(list(words), hash("x"))
