# must: ok | tracer_error | exception
# runs: trusted
class Name(str):
    def __hash__(self):
        return hash("x")

    def __eq__(self, other):
        raise SystemExit

    def __str__(self):
        raise SystemExit

    startswith = __getitem__ = __str__


globals()[Name("x")] = 1
y = 1
