count = 0

def msort(v):
    global count
    if len(v) < 2:
        return v
    h = len(v) // 2
    a, b = msort(v[:h])[::-1], msort(v[h:])[::-1]
    out = []
    while a and b:
        if a[-1] < b[-1]:
            out.append(a.pop())
        else:
            count += len(a)
            out.append(b.pop())
    return out + a[::-1] + b[::-1]

s = input()
while s != 'END':
    count = 0
    msort([*map(int, s.split())])
    print(count)
    s = input()
