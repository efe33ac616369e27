"""The account is a coroutine: send it a command, get back what to print."""
import sys


def account():
    balance, reply = 0, None
    while True:
        match (yield reply):
            case ["show"]:
                reply = str(balance)
            case ["deposit" | "withdraw", amount] if int(amount) < 1:
                reply = f"refused: bad amount {amount}"
            case ["deposit", amount]:
                balance += int(amount)
                reply = None
            case ["withdraw", amount]:
                missing = int(amount) - balance
                reply = f"refused: short by {missing}" if missing > 0 else None
                balance -= int(amount) if missing <= 0 else 0
            case other:
                raise LookupError(" ".join(other))


teller = account()
next(teller)
for line in sys.stdin.read().splitlines():
    answer = teller.send(line.split())
    if answer is not None:
        print(answer)
