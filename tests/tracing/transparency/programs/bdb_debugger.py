# The program runs a function under a debugger made with bdb, with breakpoints and steps.
import bdb
import sys

old = sys.gettrace()


def target(n):
    a = n
    b = a * 2
    c = a + b
    return c


class Debugger(bdb.Bdb):
    def __init__(self):
        super().__init__()
        self.seen = []

    def user_line(self, frame):
        if frame.f_code is target.__code__:
            self.seen.append((frame.f_lineno - frame.f_code.co_firstlineno, dict(frame.f_locals)))
        self.set_step()

    def user_return(self, frame, value):
        if frame.f_code is target.__code__:
            self.seen.append(("return", value))


debugger = Debugger()
print(debugger.runcall(target, 3))
sys.settrace(old)
for each in debugger.seen:
    print(each)
print(target(1))
