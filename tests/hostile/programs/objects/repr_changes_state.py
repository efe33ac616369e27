# must: ok | tracer_error
# runs: trusted
class Evil:
    count = 0

    def __repr__(self):
        self.count += 1
        others.append(self.count)
        return f"evil {self.count}"


others = []
x = Evil()
y = 1
y = 2
