# must: timeout | ok
# runs: trusted
class Evil(dict):
    def __len__(self):
        while True: pass  # noqa: E701


x = Evil(a=1)
