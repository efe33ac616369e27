# must: any
# runs: trusted
import sys


class Evil:
    def __repr__(self):
        sys.settrace(None)
        return "evil"


x = Evil()
y = 1
