"""Hands are strings; a card is a letter whose code grows with its rank."""


def coded(text):
    return "".join(chr(97 + "23456789TJQKA".index(c)) for c in text.split())


def decoded(hand):
    return " ".join("23456789TJQKA"[ord(c) - 97] for c in hand) or "-"


def one_round(a, b):
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    pile = "".join(x + y for x, y in zip(a[:n + 1], b[:n + 1]))
    if n == min(len(a), len(b)):
        return a[n:], b[n:]
    if a[n] > b[n]:
        return a[n + 1:] + pile, b[n + 1:]
    return a[n + 1:], b[n + 1:] + pile


def game(a, b, limit):
    for done in range(limit):
        if not (a and b):
            return done, a, b
        a, b = one_round(a, b)
    return limit, a, b


rounds, a, b = game(coded(input()), coded(input()), int(input()))
print("rounds", rounds, "\nleft", decoded(a), "\nright", decoded(b))
