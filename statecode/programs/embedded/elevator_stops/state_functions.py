import sys


def going_up(lift):
    floors = [f for f in lift["calls"] if f >= lift["floor"]]
    if floors:
        visit(lift, min(floors))
        return going_up
    return going_down if lift["calls"] else None


def going_down(lift):
    floors = [f for f in lift["calls"] if f <= lift["floor"]]
    if floors:
        visit(lift, max(floors))
        return going_down
    return going_up if lift["calls"] else None


def visit(lift, target):
    lift["way"] += abs(target - lift["floor"])
    lift["floor"] = target
    lift["calls"].remove(target)
    lift["stops"].append(str(target))


first, second = (sys.stdin.readline() for _ in range(2))
lift = {"floor": int(first), "calls": {int(x) for x in second.split()}, "way": 0, "stops": []}
state = going_up
while state:
    state = state(lift)
print("stops:", " ".join(lift["stops"]))
print("floors travelled:", lift["way"])
