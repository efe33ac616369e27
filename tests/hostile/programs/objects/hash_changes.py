# must: ok
# runs: trusted
import itertools

numbers = itertools.count()


class Evil:
    def __hash__(self):
        return next(numbers)


x = {Evil(): 1, Evil(): 2}
y = set(x)
