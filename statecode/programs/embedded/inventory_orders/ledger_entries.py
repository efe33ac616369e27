"""Keeps only a ledger of bookings; what is on the shelf is computed from it when needed."""
import sys
from typing import NamedTuple


class Booking(NamedTuple):
    item: str
    change: int
    price: int = 0


def on_hand(ledger, item):
    return sum(b.change for b in ledger if b.item == item)


def price_of(ledger, item):
    return [b.price for b in ledger if b.item == item and b.price][-1]


def sell(ledger, item, count):
    price = price_of(ledger, item)
    if on_hand(ledger, item) < count:
        raise ValueError(f"cannot sell {count} {item}")
    print(f"sold {count} {item} for {price * count}")
    return Booking(item, -count)


def report(ledger):
    left = {item: on_hand(ledger, item) for item in sorted({b.item for b in ledger})}
    for item, count in left.items():
        if count > 0:
            print(f"{item}: {count}")
    print("worth", sum(count * price_of(ledger, item) for item, count in left.items()))


ledger = []
for line in sys.stdin.read().splitlines():
    command, *args = line.split()
    if command == "add":
        ledger.append(Booking(args[0], int(args[1]), int(args[2])))
    elif command == "order":
        ledger.append(sell(ledger, args[0], int(args[1])))
    else:
        report(ledger)
