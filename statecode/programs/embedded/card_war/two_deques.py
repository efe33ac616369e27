from collections import deque

order = "23456789TJQKA"
left, right = deque(input().split()), deque(input().split())
limit = int(input())
rounds = 0
while left and right and rounds < limit:
    rounds += 1
    table = []
    while True:
        if not left or not right:
            break
        a, b = left.popleft(), right.popleft()
        table += [a, b]
        if order.index(a) != order.index(b):
            winner = left if order.index(a) > order.index(b) else right
            winner.extend(table)
            break
print("rounds", rounds)
print("left", *left or ["-"])
print("right", *right or ["-"])
