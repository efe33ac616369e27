def worker():
    result = None
    while True:
        n = yield result
        result = n * n

w = worker(); next(w)
s = 0
for n in map(int, input().split()):
    s += (r := w.send(n))
    print(r)
w.close()
print(s)
