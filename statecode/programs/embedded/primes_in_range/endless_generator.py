from itertools import count, dropwhile, takewhile

def primes():
    """The sieve as a stream: `marks` maps each coming composite to the primes that divide it."""
    marks = {}
    for n in count(2):
        if n in marks:
            for p in marks.pop(n):
                marks.setdefault(n + p, []).append(p)
        else:
            yield n
            marks[n * n] = [n]

while True:
    try:
        a, b = map(int, input().split())
    except EOFError:
        break
    assert a <= b
    stream = dropwhile(lambda p: p < a, primes())
    print(' '.join(str(p) for p in takewhile(lambda p: p <= b, stream)) or '-')
