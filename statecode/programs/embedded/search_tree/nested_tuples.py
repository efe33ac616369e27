from functools import reduce


def insert(tree, key):
    if not tree:
        return ((), key, ())
    left, here, right = tree
    if key < here:
        return (insert(left, key), here, right)
    if key > here:
        return (left, here, insert(right, key))
    return tree


def fold(tree, empty, combine):
    if not tree:
        return empty
    left, key, right = tree
    return combine(fold(left, empty, combine), key, fold(right, empty, combine))


tree = reduce(insert, map(int, input().split()), ())
print(*fold(tree, [], lambda l, k, r: l + [k] + r))
print("height", fold(tree, 0, lambda l, k, r: 1 + max(l, r)))
print("leaves", *fold(tree, [], lambda l, k, r: l + r or [k]))
