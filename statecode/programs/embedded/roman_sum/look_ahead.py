import sys

VALUE = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def to_int(numeral):
    total = 0
    for here, after in zip(numeral, numeral[1:] + "I"):
        if VALUE[here] < VALUE[after]:
            total -= VALUE[here]
        else:
            total += VALUE[here]
    return total


def to_roman(n):
    steps = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
             (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    out = ""
    for value, letters in steps:
        while n >= value:
            out += letters
            n -= value
    return out


for line in sys.stdin:
    print(to_roman(sum(to_int(word) for word in line.split())))
