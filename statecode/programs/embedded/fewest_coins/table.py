import sys

coins = [int(c) for c in sys.stdin.readline().split()]
amounts = [int(a) for a in sys.stdin.readline().split()]

def fewest(amount):
    if amount < 0:
        raise ValueError("negative amount")
    table = [0] + [None] * amount
    for total in range(1, amount + 1):
        options = [table[total - c] for c in coins if c <= total and table[total - c] is not None]
        if options:
            table[total] = 1 + min(options)
    return table[amount]

for amount in amounts:
    answer = fewest(amount)
    print(-1 if answer is None else answer)
