class Till(dict):
    """Maps amounts to the number of coins; computes what is missing."""

    def __init__(self, coins):
        super().__init__({0: 0})
        self.coins = coins

    def __missing__(self, amount):
        if amount < 0:
            raise KeyError(f"{amount} is less than nothing")
        best = float("inf")
        for coin in self.coins:
            if coin <= amount:
                best = min(best, self[amount - coin] + 1)
        self[amount] = best
        return best

till = Till([int(x) for x in input().split()])
for amount in [int(x) for x in input().split()]:
    n = till[amount]
    print(n if n < float("inf") else -1)
