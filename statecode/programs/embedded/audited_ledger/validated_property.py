class Ledger:
    def __init__(self, opening):
        self.seen = []
        self.balance = opening

    @property
    def balance(self):
        return self.seen[-1]

    @balance.setter
    def balance(self, value):
        if value < 0:
            raise ValueError("the audit found a hole")
        self.seen.append(value)


ledger = Ledger(int(input()))
while True:
    try:
        booking = int(input())
    except EOFError:
        break
    ledger.balance += booking
    print(ledger.balance)
ledger.seen.sort()
print(ledger.seen[0], ledger.seen[-1])
