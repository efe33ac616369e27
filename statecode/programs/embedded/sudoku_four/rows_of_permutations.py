from itertools import permutations

given = [input() for _ in range(4)]
rows = ["".join(p) for p in permutations("1234")]
fits = [[row for row in rows if all(g in ("0", x) for g, x in zip(line, row))] for line in given]


def different(*lines):
    return all(len(set(column)) == len(column) for column in zip(*lines))


def boxes(upper, lower):
    return len(set(upper[:2] + lower[:2])) == len(set(upper[2:] + lower[2:])) == 4


halves = [[(a, b) for a in fits[i] for b in fits[i + 1] if different(a, b) and boxes(a, b)] for i in (0, 2)]
answer = next((top + low for top in halves[0] for low in halves[1] if different(*top, *low)), ["no solution"])
print("\n".join(answer))
