import sys


class Reset(Exception):
    """Thrown into the generator to make it forget."""


def averages():
    while True:
        numbers = []
        try:
            while True:
                numbers.append((yield sum(numbers) / len(numbers) if numbers else 0))
        except Reset:
            pass


live = averages()
live.send(None)
for word in map(str.strip, sys.stdin):
    if word == "reset":
        live.throw(Reset())
        print(word)
    else:
        print("%.2f" % live.send(int(word)))
