import json
import sys


def walk(node, depth):
    """Return (sum, strings, depth) of one decoded value."""
    if isinstance(node, str):
        return 0, 1, depth
    if isinstance(node, bool) or node is None:
        return 0, 0, depth
    if isinstance(node, int):
        return node, 0, depth
    children = node.values() if isinstance(node, dict) else node
    total, strings, deepest = 0, 0, depth + 1
    for child in children:
        t, s, d = walk(child, depth + 1)
        total += t
        strings += s
        deepest = max(deepest, d)
    return total, strings, deepest


print("sum=%d strings=%d depth=%d" % walk(json.load(sys.stdin), 0))
