import sys

names = []
def out(s): print(2 * len(names) * ' ' + s)

for line in sys.stdin:
    line = line.rstrip('\n')
    word, _, rest = line.partition(' ')
    if word == 'open' and rest:
        out(f'<{rest}>')
        names.append(rest)
    elif line == 'close':
        last = names.pop()
        out(f'</{last}>')
    else:
        out(line)
while names:
    last = names.pop()
    out(f'</{last}>')
