from itertools import zip_longest
x, y = input(), input()
n = 0
for p, q in zip_longest(x, y):
    if p != q:
        n += 1
print(n)
