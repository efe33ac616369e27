# The program traces a function itself for a while, prints the events, and puts back the tracer that was there.
import sys


def traced(a):
    b = a + 1
    for c in range(2):
        b += c
    return b


def tracer(frame, event, arg):
    if frame.f_code is not traced.__code__:
        return None
    print(event, frame.f_lineno - traced.__code__.co_firstlineno, arg, sorted(frame.f_locals))
    return tracer


def run():
    old = sys.gettrace()
    sys.settrace(tracer)
    try:
        result = traced(1)
    finally:
        sys.settrace(old)
    return result


print(run())
print(traced(5))


def counting():
    counts = {}

    def count(frame, event, arg):
        counts[event] = counts.get(event, 0) + 1
        return count

    old = sys.gettrace()
    sys.settrace(count)
    sum(n for n in range(3))
    sys.settrace(old)
    return counts


print(counting())
