# Reading variables is invisible: iterators, files and generators in variables are not advanced.
import io
import itertools

counter = itertools.count()
numbers = iter([1, 2, 3])
mapped = map(str, [4, 5])
zipped = zip("ab", [1, 2])
generator = (n for n in range(3))
stream = io.StringIO("line 1\nline 2\n")
reversing = reversed([7, 8])
enumerated = enumerate("xy")
a = b = c = 1
held = [counter, numbers, mapped, generator]
c = held
print(next(counter), next(numbers), next(mapped), next(zipped), next(generator), stream.readline(), next(reversing), next(enumerated))
d = {"k": generator}
a += 1
print(list(numbers), list(mapped), list(zipped), list(generator), stream.read(), list(reversing), list(enumerated), next(counter))


class Walker:
    def __init__(self):
        self.left = 3

    def __iter__(self):
        print("iter")
        return self

    def __next__(self):
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return self.left

    def __len__(self):
        return 3


w = Walker()
x = w
print(list(x), w.left)
lazy = itertools.tee(range(3), 2)
print(list(lazy[0]), list(lazy[1]))
view = {"a": 1}.keys()
grouped = itertools.groupby("aab")
for key, group in grouped:
    e = key
    print(key, list(group))
