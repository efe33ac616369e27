from heapq import heappush, heappop

class House:
    def __init__(self):
        self.cables, self.connected = [], False

def main():
    n, m = map(int, input().split())
    houses = [House() for _ in range(n)]
    for _ in range(m):
        a, b, price = map(int, input().split())
        houses[a - 1].cables.append((price, b - 1))
        houses[b - 1].cables.append((price, a - 1))

    total = 0
    queue = [(0, 0)]
    for _ in range(n):
        price, number = heappop(queue)          # IndexError: nothing left to connect
        while houses[number].connected:
            price, number = heappop(queue)
        houses[number].connected = True
        total += price
        for cable in houses[number].cables:
            heappush(queue, cable)
    print(total)

main()
