class Mean:
    __slots__ = "total", "count"

    def __init__(self):
        self.reset()

    def reset(self):
        self.total = self.count = 0

    def __iadd__(self, number):
        self.total += number
        self.count += 1
        return self

    def __format__(self, spec):
        return format(self.total / self.count, spec)


mean = Mean()
try:
    while word := input():
        if word == "reset":
            mean.reset()
            print("reset")
            continue
        mean += int(word)
        print(f"{mean:.2f}")
except EOFError:
    del mean
