# two coroutines that are fed letter by letter; None is the end
def encoder(out):
    last, n = None, 0
    while True:
        ch = yield
        if ch == last:
            n += 1
            continue
        if last: out.append((str(n) if n > 1 else '') + last)
        last, n = ch, 1

def decoder(out):
    n = ''
    while True:
        ch = yield
        if ch is None and n: raise EOFError('digits at the end')
        elif ch is None: pass
        elif ch.isdigit(): n += ch
        elif ch.isalpha():
            out.append(ch * int(n or '1'))
            n = ''
        else:
            raise LookupError(ch)

for line in open(0).read().splitlines():
    out = []
    machine = (encoder if line[0] == 'E' else decoder)(out)
    next(machine)
    for ch in [*line[2:], None]:
        machine.send(ch)
    machine.close()
    print(''.join(out))
