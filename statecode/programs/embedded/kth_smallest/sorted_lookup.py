import sys
first, *queries = sys.stdin.read().strip().split("\n")
table = dict(enumerate(sorted(map(int, first.split())), 1))
for q in queries:
    print(table[int(q)])
