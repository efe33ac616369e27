# must: any
# runs: trusted
import sys

frame = sys._getframe()
while frame := frame.f_back:
    for value in list(frame.f_locals.values()):
        if type(value).__name__ in ("SnoopTracer", "EndRecordWriter", "Streams", "Job", "Watchdog"):
            value.__dict__.clear()
x = 1
