# must: ok | timeout | memory
# runs: trusted
import sys


class Evil(list):
    def __len__(self):
        return sys.maxsize


x = Evil([1, 2])
