# Automatic collections of cycles: the iterations at which they happen.
import gc
import weakref

found = []


class Node:
    pass


def work(n):
    dead = 0
    references = []
    for i in range(n):
        node = Node()
        node.me = node
        references.append(weakref.ref(node))
        node = None
        if i % 50 == 49:
            alive = sum(r() is not None for r in references)
            if alive < len(references):
                found.append((i, "collected"))
                references = [r for r in references if r() is not None]
    return len(found) > 0


gc.collect()
gc.set_threshold(100)
print(work(200))
gc.set_threshold(700)
