def search(coins, amount, used, best):
    """Try the coins from the largest down, giving up where `best` cannot be beaten any more."""
    if amount == 0:
        return min(used, best)
    if not coins or used + -(-amount // coins[0]) >= best:
        return best
    for times in range(amount // coins[0], -1, -1):
        best = search(coins[1:], amount - times * coins[0], used + times, best)
    return best


def main():
    coins = tuple(sorted(map(int, input().split()), reverse=True))
    for a in input().split():
        amount = int(a)
        if amount < 0:
            raise ArithmeticError(a)
        limit = amount + 1
        found = search(coins, amount, 0, limit)
        print(found if found != limit else -1)


main()
