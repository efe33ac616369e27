# must: timeout | ok
# runs: trusted
class Evil:
    @property
    def __class__(self):
        while True: pass  # noqa: E701


x = Evil()
