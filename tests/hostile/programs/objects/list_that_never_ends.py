# must: ok | timeout | tracer_error
# runs: trusted
import itertools


class Evil(list):
    def __iter__(self):
        return itertools.repeat(1)

    def __getitem__(self, key):
        return self


x = Evil([1])
