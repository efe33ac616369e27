# divide: a part whose ends are equal is answered at once
class SortedList:
    def __init__(self, values):
        self.values = values

    def span(self, q, lo, hi):
        if lo > hi or q < self.values[lo] or q > self.values[hi]:
            return None
        if self.values[lo] == q == self.values[hi]:
            return lo, hi
        mid = (lo + hi) // 2
        left = self.span(q, lo, mid)
        right = self.span(q, mid + 1, hi)
        if left and right:
            return left[0], right[1]
        return left or right

s = SortedList([int(x) for x in input().split()])
for token in input().split():
    answer = s.span(int(token), 0, len(s.values) - 1)
    print(*(answer or "-"))
