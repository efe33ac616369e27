# must: ok
# runs: trusted
class Evil(int):
    def __repr__(self):
        raise SystemExit

    __str__ = __index__ = __int__ = __format__ = __repr__


x = Evil(7)
