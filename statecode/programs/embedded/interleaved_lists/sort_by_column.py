import sys

places = []
for row, line in enumerate(sys.stdin.read().split('\n')):
    for column, word in enumerate(line.split()):
        places.append((column, row, word))
places.sort()
print(*[word for _, _, word in places])
print(places[-1][0] + 1 if places else 0)
