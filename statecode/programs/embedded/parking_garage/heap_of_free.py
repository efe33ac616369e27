import heapq
import sys

size = int(sys.stdin.readline())
free = list(range(1, size + 1))
where = {}
since = {}
earned = 0
for line in sys.stdin:
    minute, action, car = line.split()
    minute = int(minute)
    if action == "in":
        if car in where:
            print(car, "already here")
        elif not free:
            print(car, "turned away")
        else:
            where[car] = heapq.heappop(free)
            since[car] = minute
            print(car, "slot", where[car])
    elif car not in where:
        print(car, "not here")
    else:
        fee = 2 * -(-(minute - since.pop(car)) // 60)
        earned += fee
        heapq.heappush(free, where.pop(car))
        print(car, "pays", fee)
print("earned", earned)
