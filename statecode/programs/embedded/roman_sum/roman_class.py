from functools import reduce
from operator import add
import sys


class Roman:
    """A roman number that can be added to others."""

    order = {"M": 1000, "CM": 900, "D": 500, "CD": 400, "C": 100, "XC": 90,
             "L": 50, "XL": 40, "X": 10, "IX": 9, "V": 5, "IV": 4, "I": 1}

    def __init__(self, value):
        self.value = value

    @classmethod
    def parse(cls, text):
        original, value = text, 0
        while text:
            size = 2 if text[:2] in cls.order else 1
            try:
                value += cls.order[text[:size]]
            except KeyError:
                raise ValueError(f"{original!r} is no roman number") from None
            text = text[size:]
        return cls(value)

    def __add__(self, other):
        return Roman(self.value + other.value)

    def __str__(self):
        left, letters = self.value, []
        for sign, worth in self.order.items():
            count, left = divmod(left, worth)
            letters.append(sign * count)
        return "".join(letters)


for line in sys.stdin.read().splitlines():
    print(reduce(add, map(Roman.parse, line.split())))
