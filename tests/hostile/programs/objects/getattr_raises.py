# must: ok | tracer_error
# runs: trusted
class Evil:
    def __getattr__(self, name):
        raise SystemExit


x = Evil()
