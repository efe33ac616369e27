import sys


class Unbalanced(Exception):
    pass


def group(chars, closing):
    """Read up to `closing` and give back the depth below."""
    below = 0
    for c in chars:
        if c == closing:
            return below
        if c in "([{":
            below = max(below, 1 + group(chars, {"(": ")", "[": "]", "{": "}"}[c]))
        elif c in ")]}":
            raise Unbalanced(c)
    if closing is not None:
        raise Unbalanced("end of line")
    return below


for line in sys.stdin:
    try:
        depth = group(iter(line.rstrip("\n")), None)
    except Unbalanced:
        print("no")
    else:
        print("yes", depth)
