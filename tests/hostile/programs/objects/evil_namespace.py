# must: ok | exception | tracer_error
# runs: trusted
class Evil(dict):
    def items(self):
        raise SystemExit

    keys = __iter__ = copy = items


class Meta(type):
    @classmethod
    def __prepare__(cls, name, bases):
        return Evil()


class Body(metaclass=Meta):
    x = 1
    y = 2
