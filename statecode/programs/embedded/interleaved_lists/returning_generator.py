def round_robin(lists):
    """Yield the words in turns and return the number of rounds."""
    rounds = 0
    while lists := [words for words in lists if words]:
        rounds += 1
        for words in lists:
            yield words[0]
        lists = [words[1:] for words in lists]
    return rounds


def printed(stream):
    rounds = yield from stream
    yield None
    print("\n", rounds, sep="", end="")


lists = []
with open(0) as source:
    for line in source:
        lists.append(line.split())
words = []
for word in printed(round_robin(lists)):
    if word is None:
        print(" ".join(words), end="")
    else:
        words.append(word)
print()
