# must: any
# runs: trusted
class Evil:
    def __repr__(self):
        return repr(Evil()) + "x"


x = Evil()
