# must: ok | tracer_error
# runs: trusted
class Evil:
    def __len__(self):
        raise SystemExit


x = Evil()
