import sys
from bisect import bisect_right


class Shortfall:
    """Looks like a list of length `size`; item L says how far length L + 1 is from giving enough pieces."""

    size = 0

    def __init__(self, ropes):
        self.ropes = ropes
        self.size = max(ropes)

    def __len__(self):
        return self.size

    def __getitem__(self, index):
        return -sum(r // (index + 1) for r in self.ropes)


k, *ropes = map(int, sys.stdin.read().split())
answer = bisect_right(Shortfall(ropes), -k)
if not answer:
    raise ValueError("ropes too short")
print(answer)
