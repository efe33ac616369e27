# The program counts its own lines with the module trace.
import sys
import trace

old = sys.gettrace()


def work(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
    return total


tracer = trace.Trace(count=1, trace=0)
print(tracer.runfunc(work, 4))
sys.settrace(old)
first = work.__code__.co_firstlineno
counts = tracer.results().counts
print(sorted((line - first, count) for (name, line), count in counts.items() if first <= line <= first + 6))
functions = trace.Trace(count=0, trace=0, countfuncs=1)
functions.runfunc(work, 2)
sys.settrace(old)
print(sorted(name for _, _, name in functions.results().calledfuncs if name == "work"))
