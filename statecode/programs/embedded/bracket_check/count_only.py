import sys


def balanced(line):
    return all(line.count(a) == line.count(b) for a, b in ("()", "[]", "{}"))


def depth(line):
    level, top = 0, 0
    for c in line:
        level += (c in "([{") - (c in ")]}")
        top = max(top, level)
    return top


for line in sys.stdin:
    if balanced(line):
        print("yes", depth(line))
    else:
        print("no")
