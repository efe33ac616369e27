import sys


def frames(rolls):
    rolls = iter(rolls)
    for first in rolls:
        if first == 10:
            yield (10,)
        else:
            yield first, next(rolls)


for line in sys.stdin:
    score, spare = 0, False
    for frame in list(frames([int(x) for x in line.split()]))[:10]:
        score += sum(frame) + (frame[0] if spare else 0)
        spare = len(frame) == 2 and sum(frame) == 10
    print(score)
