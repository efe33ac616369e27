class NegativeToll(Exception):
    """Dijkstra's method needs tolls of at least zero."""

class Town:
    cost = None
    came_from = None
    settled = False

    def __init__(self, number):
        self.number = number
        self.exits = []

    def way_back(self):
        town = self
        while town:
            yield town.number
            town = town.came_from

    def relax_exits(self):
        self.settled = True
        for other, toll in self.exits:
            if other.cost is None or self.cost + toll < other.cost:
                other.cost, other.came_from = self.cost + toll, self

n, m = [int(x) for x in input().split()]
towns = [Town(i) for i in range(n)]
while m:
    a, b, toll = [int(x) for x in input().split()]
    if toll < 0:
        raise NegativeToll(toll)
    towns[a].exits.append((towns[b], toll))
    m -= 1
start, goal = [towns[int(x)] for x in input().split()]
start.cost = 0
while open_towns := [t for t in towns if t.cost is not None and not t.settled]:
    nearest = min(open_towns, key=lambda t: t.cost)
    if nearest is goal:
        print(goal.cost, *list(goal.way_back())[::-1])
        break
    nearest.relax_exits()
else:
    print("no route")
