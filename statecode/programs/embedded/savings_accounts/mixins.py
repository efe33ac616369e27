class Bookings:
    """The balance is not stored: it is the sum of the bookings."""

    def __init__(self):
        self.bookings = []

    @property
    def balance(self):
        return sum(self.bookings)

    @balance.setter
    def balance(self, value):
        if value < min(self.limit(), self.balance):
            raise PermissionError(f"{value} is below {self.limit()}")
        self.bookings.append(value - self.balance)

    def limit(self):
        return 0

    def fee(self):
        return 0

    def interest(self):
        return 0


class EarnsInterest:
    def interest(self):
        return self.balance * 2 // 100


class MayOwe:
    def limit(self):
        return -500

    def fee(self):
        return 10 if self.balance < 0 else 0


class Basic(Bookings): pass
class Savings(EarnsInterest, Bookings): pass
class Credit(MayOwe, Bookings): pass


accounts = {}
for line in open(0):
    match line.split():
        case "open", kind, name:
            accounts[name] = {"basic": Basic, "savings": Savings, "credit": Credit}[kind]()
        case "deposit", name, amount:
            accounts[name].balance += int(amount)
        case "withdraw", name, amount:
            accounts[name].balance -= int(amount)
        case "month",:
            for a in accounts.values():
                a.bookings.append(a.interest() - a.fee())
        case "show", name:
            print(name, accounts[name].balance)
