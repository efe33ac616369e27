from heapq import heapify, heappop
floor = int(input())
wanted = set(map(int, input().split()))
up = [f for f in wanted if f >= floor]
down = [-f for f in wanted if f < floor]
heapify(up); heapify(down)
travel, route = 0, []
direction = "up"
while up or down:
    heap, sign = (up, 1) if direction == "up" else (down, -1)
    if not heap:
        direction = "down" if direction == "up" else "up"
        continue
    stop = sign * heappop(heap)
    travel += abs(stop - floor)
    floor = stop
    route.append(stop)
print("stops:", *route)
print("floors travelled:", travel)
