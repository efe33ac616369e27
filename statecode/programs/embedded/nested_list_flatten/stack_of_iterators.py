import json

stack = [iter(json.loads(input()))]
flat, deepest = [], 1
while stack:
    for item in stack[-1]:
        if type(item) is list:
            stack.append(iter(item))
            deepest = max(deepest, len(stack))
            break
        flat.append(item)
    else:
        stack.pop()
print(" ".join(str(x) for x in flat))
print(deepest)
