from functools import total_ordering


@total_ordering
class Card:
    __slots__ = ("face",)
    ranks = {face: n for n, face in enumerate("23456789TJQKA")}

    def __init__(self, face):
        self.face = face

    def __eq__(self, other):
        return self.face == other.face

    def __lt__(self, other):
        return self.ranks[self.face] < self.ranks[other.face]

    def __str__(self):
        return self.face


class Player:
    def __init__(self, name, hand):
        self.name = name
        self.hand = [Card(face) for face in hand.split()]

    def __bool__(self):
        return len(self.hand) > 0

    def play(self):
        return self.hand.pop(0)

    def win(self, pile):
        self.hand.extend(pile)

    def __str__(self):
        return f"{self.name} {' '.join(map(str, self.hand)) or '-'}"


def play_round(one, two, pile):
    if not (one and two):
        return                       # the cards on the table are lost
    a, b = one.play(), two.play()
    pile += [a, b]
    if a == b:
        play_round(one, two, pile)
    elif a > b:
        one.win(pile)
    else:
        two.win(pile)


one, two = Player("left", input()), Player("right", input())
rounds, limit = 0, int(input())
while one and two and rounds < limit:
    play_round(one, two, [])
    rounds += 1
print("rounds", rounds)
print(one, two, sep="\n")
