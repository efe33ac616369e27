import sys
a = [int(w) for w in sys.stdin.read().split()]
total, seen = a[0], [a[0]]
if total < 0: sys.exit('audit: opened below zero')
for x in a[1:]:
    if total + x < 0:
        sys.exit('audit: %d is missing' % -(total + x))
    total += x
    seen.append(total)
    print(total)
else:
    print(min(seen), max(seen))
