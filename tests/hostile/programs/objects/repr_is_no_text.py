# must: ok
# runs: trusted
class Evil:
    def __repr__(self):
        return 7


x = Evil()
