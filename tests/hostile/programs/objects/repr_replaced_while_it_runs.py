# must: any
# runs: trusted
class Evil:
    def __repr__(self):
        del Evil.__repr__
        self.__class__ = int
        return "evil"


x = Evil()
y = 1
