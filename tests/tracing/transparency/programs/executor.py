# A ThreadPoolExecutor: results, exceptions, and a value that a future releases.
import weakref
from concurrent.futures import ThreadPoolExecutor


class Value:
    pass


def make(n):
    value = Value()
    value.n = n
    return value


def fail(n):
    raise ValueError(n)


with ThreadPoolExecutor(1) as pool:
    future = pool.submit(make, 1)
    reference = weakref.ref(future.result())
    print(reference() is None, reference().n)
    future = None
    print([each.n for each in pool.map(make, range(3))])
    failed = pool.submit(fail, 7)
    print(type(failed.exception()).__name__, failed.exception().args)
print(reference() is None)
