"""Decode with the standard library, then visit without recursion."""
from json import loads
from sys import stdin
from collections import deque

seen = {"sum": 0, "strings": 0, "depth": 0}
todo = deque([(loads(stdin.read()), 0)])
while todo:
    match todo.popleft():
        case bool() | None, _:
            pass
        case int(n), _:
            seen["sum"] += n
        case str(), _:
            seen["strings"] += 1
        case dict(d), level:
            seen["depth"] = max(seen["depth"], level + 1)
            todo.extend((v, level + 1) for v in d.values())
        case list(l), level:
            seen["depth"] = max(seen["depth"], level + 1)
            todo.extend((v, level + 1) for v in l)
print(" ".join("=".join(map(str, pair)) for pair in seen.items()))
