# must: any
# runs: trusted
import sys


class Evil(dict):
    def __getitem__(self, key):
        raise SystemExit

    get = pop = __contains__ = __getitem__


sys.modules = Evil()
x = 1
