from sys import stdin

memo = {}


def ack(m, n):
    if (m, n) not in memo:
        match m, n:
            case 0, _:
                memo[m, n] = n + 1
            case _, 0:
                memo[m, n] = ack(m - 1, 1)
            case _:
                memo[m, n] = ack(m - 1, ack(m, n - 1))
    return memo[m, n]


for text in stdin.read().split("\n"):
    if text:
        a, b = text.split()
        print(ack(int(a), int(b)))
