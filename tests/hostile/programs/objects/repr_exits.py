# must: any
# runs: trusted
import sys


class Evil:
    def __repr__(self):
        sys.exit(5)


x = Evil()
print(1)
