text = input()
pattern = input()
result = []
try:
    while True:
        at = text.index(pattern)
        result.append(at)
        text = text[at + 1:]
except ValueError:
    if not result:
        result.append("none")
finally:
    print(*result)
