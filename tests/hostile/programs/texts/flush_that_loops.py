# must: timeout | ok
# runs: trusted
import sys


class Evil:
    def write(self, text):
        return len(text)

    def flush(self):
        while True: pass  # noqa: E701


sys.stdout = Evil()
print(1)
