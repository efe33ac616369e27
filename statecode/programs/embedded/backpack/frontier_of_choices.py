class Choice:
    """A set of packed items, known by its weight and value alone."""

    weight = value = 0

    def __init__(self, weight, value):
        self.weight, self.value = weight, value

    def __repr__(self):
        return f"{self.weight}kg for {self.value}"

    def plus(self, item):
        return Choice(self.weight + item.weight, self.value + item.value)


def worthwhile(choices):
    """Drop each choice that is no lighter and no better than another."""
    best_value = -1
    for choice in sorted(choices, key=lambda c: (c.weight, -c.value)):
        if choice.value > best_value:
            best_value = choice.value
            yield choice


n, limit = map(int, input().split())
frontier = [Choice(0, 0)]
for _ in range(n):
    item = Choice(*map(int, input().split()))
    grown = [c.plus(item) for c in frontier if c.weight + item.weight <= limit]
    frontier = list(worthwhile(frontier + grown))
print(frontier[-1].value)
