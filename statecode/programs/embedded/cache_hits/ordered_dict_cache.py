from collections import OrderedDict


class Cache(OrderedDict):
    def __init__(self, capacity):
        super().__init__()
        self.capacity = capacity

    def ask(self, key):
        if key in self:
            self.move_to_end(key)
            return "h"
        if len(self) == self.capacity:
            self.popitem(last=False)
        self[key] = True
        return "m"


cache = Cache(int(input()))
marks = [cache.ask(key) for key in input().split()]
print("".join(marks))
print(marks.count("h"), marks.count("m"))
