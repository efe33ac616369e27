# must: ok | tracer_error
# runs: trusted
class Evil:
    @property
    def __dict__(self):
        raise SystemExit

    __slots__ = ()


x = Evil()
