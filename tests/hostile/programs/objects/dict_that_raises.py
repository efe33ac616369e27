# must: ok | tracer_error
# runs: trusted
class Evil(dict):
    def items(self):
        raise SystemExit

    keys = values = __iter__ = __getitem__ = items


x = Evil(a=1)
