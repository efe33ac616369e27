from itertools import islice
import sys


def generations(rule, row):
    """Yield the row, then all rows that follow from it, without end."""
    while True:
        yield row
        left = [0] + row[:-1]
        right = row[1:] + [0]
        row = [rule >> (4 * a + 2 * b + c) & 1 for a, b, c in zip(left, row, right)]


def main():
    rule, steps, text = sys.stdin.read().split()
    start = [int(c == "#") for c in text]
    for row in islice(generations(int(rule), start), int(steps) + 1):
        print("".join(".#"[bit] for bit in row))


main()
