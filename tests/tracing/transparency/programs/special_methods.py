# __eq__, __hash__, __bool__, __iter__ and __call__ of values in variables are called by the program only.
class Counting:
    def __init__(self, n):
        self.n = n
        self.log = []

    def __eq__(self, other):
        self.log.append("eq")
        return isinstance(other, Counting) and self.n == other.n

    def __hash__(self):
        self.log.append("hash")
        return hash(self.n)

    def __bool__(self):
        self.log.append("bool")
        return self.n > 0

    def __iter__(self):
        self.log.append("iter")
        return iter(range(self.n))

    def __contains__(self, item):
        self.log.append("contains")
        return item == self.n

    def __call__(self, *args):
        self.log.append("call")
        return args


a, b = Counting(2), Counting(2)
print(a == b, a.log, b.log)
c = a if a else b
print(list(a), 2 in a, a(1), a.log)
values = [a, b]
a = b = None
print([v.log for v in values])
for value in values:
    value.n += 1
    copy = value
    pair = (copy, value)
print([v.log for v in values], pair[0] is copy)
del pair, value, copy
print([v.log[-1] for v in values])


class Compared:
    def __lt__(self, other):
        print("lt")
        return True

    def __index__(self):
        print("index")
        return 1


print([10, 20][Compared()], sorted([Compared(), Compared()]) is not None)
