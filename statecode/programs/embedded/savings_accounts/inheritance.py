import sys


class InsufficientFunds(Exception):
    pass


class Account:
    reserve = 0

    def __init__(self, owner):
        self.owner = owner
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        if self.balance - amount < self.reserve:
            raise InsufficientFunds(f"{self.owner} has {self.balance}, wants {amount}")
        self.balance -= amount

    def month(self):
        pass


class Savings(Account):
    def month(self):
        self.balance += self.balance * 2 // 100


class Credit(Account):
    reserve = -500

    def month(self):
        if self.balance < 0:
            self.balance -= 10


kinds = {"basic": Account, "savings": Savings, "credit": Credit}
accounts = {}
for line in sys.stdin:
    command, *args = line.split()
    if command == "open":
        kind, owner = args
        accounts[owner] = kinds[kind](owner)
    elif command == "month":
        for account in accounts.values():
            account.month()
    elif command == "show":
        print(args[0], accounts[args[0]].balance)
    else:
        getattr(accounts[args[0]], command)(int(args[1]))
