from itertools import accumulate
import sys


class AuditError(ArithmeticError):
    def __init__(self, position, balance):
        super().__init__(position, balance)
        self.position, self.balance = position, balance

    def __str__(self):
        return f"booking {self.position}: balance {self.balance}"


def audited(balances):
    for position, balance in enumerate(balances):
        if balance < 0:
            raise AuditError(position, balance)
        if position:
            print(balance)
        yield balance


history = list(audited(accumulate(map(int, sys.stdin))))
print(min(history), max(history))
