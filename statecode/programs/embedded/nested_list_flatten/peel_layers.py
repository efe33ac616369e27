from itertools import chain
import json

def peel(items):
    """Open one layer of brackets, keeping the order."""
    return list(chain.from_iterable(x if isinstance(x, list) else [x] for x in items))

items = json.loads(input())
layers = 1
while any(isinstance(x, list) for x in items):
    items = peel(items)
    layers += 1
print(*items)
print(layers)
