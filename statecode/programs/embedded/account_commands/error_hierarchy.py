import sys


class AccountError(Exception):
    pass


class ShortOfFunds(AccountError):
    def __init__(self, missing):
        super().__init__(f"short by {missing}")
        self.missing = missing


class BadAmount(AccountError):
    def __str__(self):
        return f"bad amount {self.args[0]}"


class Account:
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        if amount < 1:
            raise BadAmount(amount)
        self.balance += amount

    def withdraw(self, amount):
        if amount < 1:
            raise BadAmount(amount)
        if amount > self.balance:
            raise ShortOfFunds(amount - self.balance)
        self.balance -= amount


account = Account()
for line in sys.stdin:
    name, *rest = line.split()
    if name == "show":
        print(account.balance)
        continue
    if name not in ("deposit", "withdraw"):
        raise ValueError(f"unknown command {name!r}")
    try:
        getattr(account, name)(int(rest[0]))
    except AccountError as problem:
        print("refused:", problem)
