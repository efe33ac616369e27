# must: ok | tracer_error | exception
# runs: trusted
class Meta(type):
    def mro(cls):
        return [cls, object]

    @property
    def __mro__(cls):
        raise SystemExit

    @property
    def __name__(cls):
        return 7


class Evil(list, metaclass=Meta):
    pass


x = Evil
