from collections import deque

numbers = list(map(int, open(0).read().split()))
k, m = numbers[:2]
coming = deque(zip(numbers[2::2], numbers[3::2]))
queue = deque()
left = [0] * k                 # minutes of work left at each desk
clock = worst = 0
while coming or queue:
    while coming and coming[0][0] == clock:
        queue.append(coming.popleft())
    for desk in range(k):
        if queue and left[desk] == 0:
            arrival, left[desk] = queue.popleft()
            worst = max(worst, clock - arrival)
            print(clock, 'teller', desk + 1)
    left = [max(0, x - 1) for x in left]
    clock += 1
print('longest wait', worst)
