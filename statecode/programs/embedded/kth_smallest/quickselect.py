import sys

def select(items, k):
    """Return the item of rank k (from 0) in linear time on average."""
    while True:
        pivot = items[len(items) // 2]
        smaller = [x for x in items if x < pivot]
        equal = items.count(pivot)
        if k < len(smaller):
            items = smaller
        elif k < len(smaller) + equal:
            return pivot
        else:
            k -= len(smaller) + equal
            items = [x for x in items if x > pivot]

lines = sys.stdin.readlines()
numbers = list(map(int, lines[0].split()))
for line in lines[1:]:
    k = int(line)
    if not 0 < k <= len(numbers):
        raise IndexError(f"no item number {k} among {len(numbers)}")
    print(select(numbers, k - 1))
