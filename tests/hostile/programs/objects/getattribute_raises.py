# must: ok | tracer_error
# runs: trusted
class Evil:
    def __getattribute__(self, name):
        raise KeyboardInterrupt


x = Evil()
