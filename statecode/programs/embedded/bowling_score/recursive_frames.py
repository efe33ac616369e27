import sys


def score(rolls, frame=1):
    if frame > 10:
        return 0
    match rolls:
        case [10, a, b, *_]:
            return 10 + a + b + score(rolls[1:], frame + 1)
        case [a, b, c, *rest] if a + b == 10:
            return 10 + c + score([c, *rest], frame + 1)
        case [a, b, *rest] if a + b < 10:
            return a + b + score(rest, frame + 1)
    raise ValueError(f"frame {frame} is not finished: {rolls}")


for line in sys.stdin.read().splitlines():
    print(score([int(pins) for pins in line.split()]))
