# must: ok
# runs: trusted
class Evil:
    def __eq__(self, other):
        raise SystemExit

    __hash__ = None
    __ne__ = __lt__ = __eq__


x = Evil()
x = Evil()
y = [x]
y = [Evil()]
