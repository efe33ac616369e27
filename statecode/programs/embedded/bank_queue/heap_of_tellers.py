import heapq
n = int(input())
customers = int(input())
free = [(0, teller) for teller in range(1, n + 1)]
longest = 0
for _ in range(customers):
    arrival, service = map(int, input().split())
    ready = [t for t in free if t[0] <= arrival]
    if ready:
        # several are idle: the lowest number takes the customer
        moment, teller = min(ready, key=lambda t: t[1])
        free.remove((moment, teller))
        heapq.heapify(free)
        start = arrival
    else:
        start, teller = heapq.heappop(free)
    heapq.heappush(free, (start + service, teller))
    longest = max(longest, start - arrival)
    print(f"{start} teller {teller}")
print("longest wait", longest)
