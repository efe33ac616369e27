# must: timeout
# runs: trusted
class Evil:
    def __repr__(self):
        while True: pass  # noqa: E701


x = Evil()
print(1)
