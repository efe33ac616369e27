# must: ok
# stdout: 1
# runs: trusted
class Evil:
    def __repr__(self):
        raise ValueError


x = Evil()
print(1)
