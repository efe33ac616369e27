"""Functional: the state is a tuple, every line a function from state to (state, message)."""
from itertools import accumulate
import sys

GOODS = [("water", 70), ("chips", 120), ("choc", 95)]
NAMES = [name for name, _ in GOODS]


def coin(state, value):
    credit, *left = state
    if value not in "5 10 20 50 100 200".split():
        return state, f"rejected {value}"
    credit += int(value)
    return (credit, *left), f"credit {credit}"


def press(state, name):
    if name not in NAMES:
        return state, f"unknown {name}"
    i = NAMES.index(name) + 1
    price = GOODS[i - 1][1]
    if state[i] < 1:
        return state, f"sold out {name}"
    if state[0] < price:
        return state, f"missing {price - state[0]}"
    after = list(state)
    after[0] -= price
    after[i] -= 1
    return tuple(after), f"take {name}"


def refund(state):
    return (0,) + state[1:], f"change {state[0]}"


def turn(previous, line):
    name, *args = line.split()
    return {"coin": coin, "press": press, "refund": refund}[name](previous[0], *args)


history = accumulate(sys.stdin, turn, initial=((0, 1, 2, 2), None))
next(history)
for _, message in history:
    print(message)
