import sys

steps = [s.split() for s in input().split(',')]
for s in steps:
    if s[0] not in ('add', 'mul', 'neg'):
        sys.exit('unknown step: ' + s[0])
values = []
for x in input().split():
    x = int(x)
    for s in steps:
        if s[0] == 'add':
            x += int(s[1])
        elif s[0] == 'mul':
            x *= int(s[1])
        else:
            x = -x
    values.append(x)
print(*values)
