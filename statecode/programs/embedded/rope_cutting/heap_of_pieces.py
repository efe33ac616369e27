"""Give the next cut to the rope whose pieces would stay longest.

A rope cut into c pieces gives pieces of length rope // c, so the answer is the k-th largest
of all the numbers rope // c. A heap enumerates them in falling order.
"""
import heapq


class NotEnoughRope(Exception):
    pass


def kth_cut(ropes, k):
    heap = [(-length, 1, length) for length in ropes]
    heapq.heapify(heap)
    for _ in range(k - 1):
        _, parts, length = heap[0]
        heapq.heapreplace(heap, (-(length // (parts + 1)), parts + 1, length))
    best = -heap[0][0]
    if best == 0:
        raise NotEnoughRope(f"{k} pieces from {sum(ropes)} units")
    return best


wanted = int(input())
print(kth_cut([int(w) for w in input().split()], wanted))
