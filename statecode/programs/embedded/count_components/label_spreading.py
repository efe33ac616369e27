"""Everybody takes over the smallest number among the friends until nothing changes any more."""
from collections import Counter
import sys

def read_ints():
    return map(int, sys.stdin.readline().split())

people, count = read_ints()
friendships = [tuple(read_ints()) for _ in range(count)]
label = list(range(people + 1))
changed = True
while changed:
    changed = False
    for a, b in friendships:
        if label[a] != label[b]:
            label[a] = label[b] = min(label[a], label[b])
            changed = True
sizes = Counter(label[1:])
print(len(sizes), sizes.most_common(1)[0][1])
