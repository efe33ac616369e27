def desk(number):
    """A coroutine: send a customer to get the start of service; None asks when it is free."""
    free_at = 0
    customer = yield
    while True:
        if customer is None:
            customer = yield free_at
        else:
            arrival, service = customer
            start = max(arrival, free_at)
            free_at = start + service
            customer = yield start


desks = {}
for number in range(1, int(input()) + 1):
    desks[number] = desk(number)
    next(desks[number])

waits = [0]
for _ in range(int(input())):
    arrival, service = (int(x) for x in input().split())
    best = min(desks, key=lambda d: (max(arrival, desks[d].send(None)), d))
    start = desks[best].send((arrival, service))
    waits.append(start - arrival)
    print(start, "teller", best)
print("longest wait", max(waits))
