import sys

keys = []
left = []
right = []
depth = []


def add(key):
    i, parent, side = 0, -1, None
    while i != -1 and i < len(keys):
        if key == keys[i]:
            return
        parent, side = i, left if key < keys[i] else right
        i = side[i]
    keys.append(key)
    left.append(-1)
    right.append(-1)
    depth.append(1)
    if side is not None:
        side[parent] = len(keys) - 1
        depth[-1] = depth[parent] + 1


def in_order():
    stack, i = [], 0
    while stack or i != -1:
        while i != -1:
            stack.append(i)
            i = left[i]
        i = stack.pop()
        yield i
        i = right[i]


for word in sys.stdin.read().split():
    add(int(word))
order = list(in_order())
print(*[keys[i] for i in order])
print("height", max(depth))
print("leaves", *[keys[i] for i in order if left[i] == right[i] == -1])
