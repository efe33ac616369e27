size = int(input())
last = {}
hits = 0
line = ''
for t, k in enumerate(input().split()):
    if k in last:
        hits += 1
        line += 'h'
    else:
        line += 'm'
        if len(last) >= size:
            del last[min(last, key=last.get)]
    last[k] = t
print(line)
print(hits, len(line) - hits)
