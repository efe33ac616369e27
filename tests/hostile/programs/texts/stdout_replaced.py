# must: any
# runs: trusted
import sys


class Evil:
    encoding = errors = None

    def write(self, text):
        raise SystemExit

    flush = close = fileno = isatty = tell = write


sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Evil()
x = 1
raise ValueError
