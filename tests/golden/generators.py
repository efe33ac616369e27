def count(limit):
    n = 0
    while n < limit:
        got = yield n
        n = got or n + 1


def chain(*parts):
    for part in parts:
        yield from part


numbers = count(4)
print(next(numbers), numbers.send(2), list(numbers))
print(sum(x * x for x in chain([1, 2], (3,))))
numbers = count(9)
next(numbers)
numbers.close()
