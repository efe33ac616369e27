# must: tracer_lost
# stdout: 3
# recorded: x = 1
# runs: trusted
import sys

x = 1
sys.settrace(None)
x = 2
print(x + 1)
