values, following = ["head"], [0]     # node 0 is the sentinel; 0 also ends the chain

def new(value, after):
    values.append(value)
    following.append(following[after])
    following[after] = len(values) - 1

def chain():
    i = 0
    while i := following[i]:
        yield i

for line in open(0).read().splitlines():
    command, _, value = line.partition(" ")
    if command == "push":
        new(value, 0)
    elif command == "append":
        new(value, [0, *chain()][-1])
    elif command == "remove":
        order = [0, *chain()]
        at = [values[i] for i in order].index(value)
        following[order[at - 1]] = following[order[at]]
    elif command == "reverse":
        order = [0, *chain()][::-1]
        for a, b in zip([0] + order, order):
            following[a] = b
    else:
        print(" -> ".join(values[i] for i in chain()) or "empty")
