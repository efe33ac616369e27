# must: ok | memory | tracer_error
# runs: trusted
class Evil:
    def __repr__(self):
        return "x" * 10**11


x = Evil()
