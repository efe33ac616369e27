# must: ok | tracer_error | timeout | event_limit
# runs: trusted
class Evil(dict):
    def __iter__(self):
        for number in range(20):
            self[number] = self
            yield number

    def items(self):
        return ((key, self) for key in self)


x = Evil(a=1)
