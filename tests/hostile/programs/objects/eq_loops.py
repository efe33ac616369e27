# must: ok | timeout
# runs: trusted
class Evil:
    def __eq__(self, other):
        while True: pass  # noqa: E701


x = Evil()
x = Evil()
