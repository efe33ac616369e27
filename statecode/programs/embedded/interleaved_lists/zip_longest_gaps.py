from itertools import zip_longest
import sys
GAP = object()
rows = list(zip_longest(*(l.split() for l in sys.stdin), fillvalue=GAP))
print(' '.join(w for row in rows for w in row if w is not GAP))
print(len(rows))
