# must: ok | tracer_error
# runs: trusted
class Evil(list):
    def __iter__(self):
        raise SystemExit

    __getitem__ = __contains__ = __iter__


x = Evil([1])
