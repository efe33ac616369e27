def player(name, start, last):
    for k in range(start, last + 1, 2):
        yield f"{name} {k}"


def alternate(*players):
    while players:
        current, *others = players
        line = next(current, None)
        if line is None:
            return
        yield line
        players = (*others, current)


n = int(input())
for line in alternate(player("ping", 1, n), player("pong", 2, n)):
    print(line)
print("end")
