# must: ok | tracer_error
# runs: trusted
class Meta(type):
    def __repr__(cls):
        raise SystemExit

    def __instancecheck__(cls, instance):
        raise SystemExit

    def __subclasscheck__(cls, subclass):
        raise SystemExit

    def __getattribute__(cls, name):
        raise SystemExit


class Evil(metaclass=Meta):
    pass


x = Evil()
