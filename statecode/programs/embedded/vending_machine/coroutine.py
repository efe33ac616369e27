from collections import namedtuple
import sys

Item = namedtuple("Item", "price left")
items = {"water": Item(70, 1), "chips": Item(120, 2), "choc": Item(95, 2)}


def machine():
    credit, answer = 0, None
    while True:
        match (yield answer):
            case ["coin", ("5" | "10" | "20" | "50" | "100" | "200") as value]:
                credit += int(value)
                answer = f"credit {credit}"
            case ["coin", value]:
                answer = f"rejected {value}"
            case ["refund"]:
                answer, credit = f"change {credit}", 0
            case ["press", name] if name not in items:
                answer = f"unknown {name}"
            case ["press", name] if not items[name].left:
                answer = f"sold out {name}"
            case ["press", name] if (missing := items[name].price - credit) > 0:
                answer = f"missing {missing}"
            case ["press", name]:
                price, left = items[name]
                items[name] = Item(price, left - 1)
                credit -= price
                answer = f"take {name}"


m = machine()
next(m)
print(*[m.send(line.split()) for line in sys.stdin], sep="\n")
