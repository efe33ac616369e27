# must: any
# stdout: 3
# runs: trusted
import sys

tracer = sys.gettrace()
sys.settrace(None)
x = 3
sys.settrace(tracer)
print(x)
