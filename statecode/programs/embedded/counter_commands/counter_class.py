class Counter:
    ticks = 0       # shared by all counters

    def __init__(self, step):
        self.value, self.step = 0, step

    def __next__(self):
        Counter.ticks += 1
        self.value += self.step
        return self.value


counters = {}
while True:
    try:
        command, *args = input().split()
    except EOFError:
        break
    if command == "total":
        print(Counter.ticks)
    elif command == "new":
        counters[args[0]] = Counter(int(args[1]))
    elif args[0] not in counters:
        raise SystemExit(f"no counter {args[0]}")
    else:
        print(next(counters[args[0]]))
