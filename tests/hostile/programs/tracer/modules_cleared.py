# must: ok | tracer_error | tracer_lost | exception
# stdout: 3
# runs: trusted
import sys

print(3)
sys.modules.clear()
x = 1
