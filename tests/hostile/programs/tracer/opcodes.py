# must: ok | event_limit | tracer_error
# runs: trusted
import sys

sys._getframe().f_trace_opcodes = True
x = 1 + int("2")
