from contextlib import suppress
import sys

lists = [iter(line.split()) for line in sys.stdin]
taken, rounds = [], 0
while lists:
    left = []
    before = len(taken)
    for words in lists:
        with suppress(StopIteration):
            taken.append(next(words))
            left.append(words)
    rounds += len(taken) > before
    lists = left
print(*taken)
print(rounds)
