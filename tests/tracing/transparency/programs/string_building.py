# In-place concatenation of strings and lists keeps the identity that only one reference allows.
def grow():
    text = "start of a long text"
    numbers = set()
    for n in range(20):
        text += "-part"
    return len(text)


def extend():
    values = [1]
    number = id(values)
    values += [2]
    same = id(values) == number
    values = values + [3]
    return same, id(values) == number


def tuples():
    pair = (1, [2])
    try:
        pair[1].append(3)
        pair[1] += [4]
    except TypeError as error:
        return pair, str(error)


def resized():
    parts = ()
    for n in range(3):
        parts += (n,)
    return parts


print(grow(), extend(), tuples(), resized())
import gc


def zip_reuse():
    found = []
    for pair in zip("ab", "cd"):
        found.append(id(pair))
    kept = []
    for pair in zip("ab", "cd"):
        kept.append(pair)
    return len(set(map(id, kept)))


print(zip_reuse())


def dict_items_reuse():
    seen = set()
    for item in {"a": 1, "b": 2, "c": 3}.items():
        seen.add(id(item))
    return len(seen)


print(dict_items_reuse())
iterator = zip([1, 2, 3], [4, 5, 6])
first = next(iterator)
number = id(first)
second = next(iterator)
print(number == id(second))
del first
third = next(iterator)
print(number == id(third))
