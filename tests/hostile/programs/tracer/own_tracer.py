# must: tracer_lost
# stdout: 3
# runs: trusted
import sys

sys.settrace(lambda *ignored: None)
print(3)
