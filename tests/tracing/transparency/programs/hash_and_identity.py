# Objects whose comparison raises are kept in variables, containers and arguments.
class Unequal:
    __hash__ = None

    def __eq__(self, other):
        raise TypeError("not comparable")


class Truthless:
    def __bool__(self):
        raise ValueError("neither true nor false")

    def __len__(self):
        raise RuntimeError("no length")


u, t = Unequal(), Truthless()
v = u
pair = [u, t]
v = t
pair.append(v)


def argument(value, other=t):
    copy = value
    other = copy
    return [copy, other]


print(len(argument(u)), len(argument(t)))
try:
    u == v
except TypeError as error:
    print(error)
try:
    t and 1
except ValueError as error:
    print(error)
try:
    {u}
except TypeError as error:
    print(error)
for each in pair:
    kept = each
print(kept is t, u is pair[0])
