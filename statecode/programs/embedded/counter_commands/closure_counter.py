import sys

ticks = 0


def make_counter(step):
    value = 0

    def tick():
        nonlocal value
        global ticks
        value += step
        ticks += 1
        return value

    return tick


counters = {}
for line in sys.stdin:
    words = line.split()
    if words[0] == "new":
        counters[words[1]] = make_counter(int(words[2]))
    elif words[0] == "tick":
        print(counters[words[1]]())
    else:
        print(ticks)
