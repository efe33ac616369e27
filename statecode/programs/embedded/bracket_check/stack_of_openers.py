pairs = {")": "(", "]": "[", "}": "{"}


def check(line):
    stack = []
    deepest = 0
    for c in line:
        if c in pairs.values():
            stack.append(c)
            deepest = max(deepest, len(stack))
        elif c in pairs:
            if not stack or stack.pop() != pairs[c]:
                return "no"
    return "no" if stack else f"yes {deepest}"


import sys
for line in sys.stdin:
    print(check(line.strip()))
