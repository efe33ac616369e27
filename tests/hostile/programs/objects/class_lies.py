# must: ok | tracer_error
# runs: trusted
class Evil:
    @property
    def __class__(self):
        return dict


x = Evil()
