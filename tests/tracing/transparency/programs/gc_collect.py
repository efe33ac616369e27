# gc.collect returns the number of unreachable objects; get_referrers and get_referents of local values.
import gc

gc.disable()
gc.collect()


class Node:
    pass


def make_cycle():
    a, b = Node(), Node()
    a.other, b.other = b, a


make_cycle()
print(gc.collect())
print(gc.collect())


def rings(n):
    for _ in range(n):
        ring = []
        ring.append(ring)
    ring = None
    return gc.collect()


print(rings(3))


def exception_cycle():
    try:
        raise ValueError
    except ValueError as error:
        kept = error


exception_cycle()
print(gc.collect() > 0)


def referrers():
    target = Node()
    holder = [target]
    found = gc.get_referrers(target)
    kinds = sorted(type(each).__name__ for each in found)
    return kinds, any(each is holder for each in found)


print(referrers())
outside = Node()
print(sorted(type(each).__name__ for each in gc.get_referrers(outside)))
print([type(each).__name__ for each in gc.get_referents([outside, {}])])
print(gc.is_tracked([]), gc.is_tracked({}), gc.is_tracked((1, 2)), gc.is_tracked({"a": []}))
gc.enable()
print(gc.isenabled(), len(gc.garbage))
