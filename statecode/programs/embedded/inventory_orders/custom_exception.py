import sys


class OutOfStock(Exception):
    """An order asks for more than there is."""

    def __init__(self, item, wanted, have):
        self.item, self.missing = item, wanted - have
        super().__init__(f"{self.missing} more {item} needed")


class Store:
    def __init__(self):
        self.items = {}

    def add(self, item, count, price):
        have, _ = self.items.get(item, (0, 0))
        self.items[item] = (have + int(count), int(price))

    def order(self, item, count):
        have, price = self.items[item]
        left = have - int(count)
        if left < 0:
            raise OutOfStock(item, int(count), have)
        self.items[item] = (left, price)
        print("sold", count, item, "for", int(count) * price)

    def report(self):
        worth = 0
        for item, (count, price) in sorted(self.items.items()):
            if count:
                print(f"{item}: {count}")
                worth += count * price
        print("worth", worth)


store = Store()
for line in sys.stdin:
    name, *args = line.split()
    getattr(store, name)(*args)
