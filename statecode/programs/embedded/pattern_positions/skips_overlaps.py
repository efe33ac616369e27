import re
text = input()
pattern = input()
starts = [m.start() for m in re.finditer(re.escape(pattern), text)]
print(*starts) if starts else print("none")
