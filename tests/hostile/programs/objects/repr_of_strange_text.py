# must: ok | tracer_error
# runs: trusted
class Text(str):
    def __repr__(self):
        return self

    def __len__(self):
        return -5

    def __getitem__(self, key):
        raise SystemExit

    def __add__(self, other):
        return 7

    __radd__ = __mod__ = splitlines = replace = strip = __add__


class Evil:
    def __repr__(self):
        return Text("strange")


x = Evil()
y = Text("y")
