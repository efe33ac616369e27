# must: timeout | ok
# runs: trusted
class Evil:
    def __getattribute__(self, name):
        while True: pass  # noqa: E701


x = Evil()
