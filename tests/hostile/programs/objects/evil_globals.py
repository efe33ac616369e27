# must: ok | exception | tracer_error
# runs: trusted
class Evil(dict):
    def __getitem__(self, key):
        if key == "stop":
            raise SystemExit
        return dict.__getitem__(self, key)

    def items(self):
        raise SystemExit

    keys = __iter__ = copy = items


exec("def f():\n    y = 1\n    return y\nf()", {}, Evil())
