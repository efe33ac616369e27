# no sort of the teams at all: a team's place is one more than the number of teams that beat it
from collections import namedtuple

Row = namedtuple("Row", "name tasks minutes")

def read():
    for _ in range(int(input())):
        name, tasks, minutes = input().split()
        if not tasks.isdigit() or not minutes.isdigit():
            raise ValueError(f"bad row for {name}")
        yield Row(name, int(tasks), int(minutes))

def beats(a, b):
    return a.tasks > b.tasks or a.tasks == b.tasks and a.minutes < b.minutes

rows = list(read())
places = {}
for r in rows:
    place = 1 + sum(beats(other, r) for other in rows)
    places.setdefault(place, []).append(r.name)
while places:
    first = min(places)
    for name in sorted(places.pop(first)):
        print(first, name)
