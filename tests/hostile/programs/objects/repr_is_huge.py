# must: ok | memory | tracer_error
# runs: trusted
class Evil:
    def __repr__(self):
        return "x" * 20_000_000


x = Evil()
