import re
text = input()
print(*re.findall(r"-?\d+", text))
level = deepest = 0
for c in text:
  level += (c == "[") - (c == "]")
  deepest = max(deepest, level)
print(deepest)
