import sys
seen = 0
for row in sys.stdin.read().splitlines():
    fails, tries = map(int, row.split())
    seen += min(fails, tries)
    print('gave up' if fails >= tries else f'ok after {fails + 1}')
print(seen)
