"""Deal the numbers onto piles like cards; every card remembers the top of the pile to the left."""


class Card:
    number, left = 0, None

    def __init__(self, number, left):
        self.number = number
        self.left = left

    def chain(self):
        card = self
        while card is not None:
            yield card.number
            card = card.left


def deal(numbers):
    tops = []
    for number in numbers:
        for i, top in enumerate(tops):
            if top.number >= number:
                tops[i] = Card(number, tops[i - 1] if i else None)
                break
        else:
            tops.append(Card(number, tops[-1] if tops else None))
    return tops


for _ in range(int(input())):
    piles = deal([int(x) for x in input().split()])
    rising = list(piles[-1].chain())[::-1]
    assert rising == sorted(set(rising))
    print(len(rising))
