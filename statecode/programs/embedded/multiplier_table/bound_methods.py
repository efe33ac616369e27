# A bound method is a closure too: (3).__mul__ multiplies by 3.
functions = list(map(lambda w: int(w).__mul__, input().split()))
numbers = [int(w) for w in input().split()]
for n in numbers:
    line = []
    for function in functions: line.append(str(function(n)))
    print(' '.join(line))
