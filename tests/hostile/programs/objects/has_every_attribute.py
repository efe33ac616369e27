# must: ok | tracer_error
# runs: trusted
class Evil:
    def __getattr__(self, name):
        return Evil()

    def __call__(self, *ignored, **also_ignored):
        return self


x = Evil()
