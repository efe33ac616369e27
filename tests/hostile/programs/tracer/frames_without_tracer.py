# must: any
# runs: trusted
import sys

frame = sys._getframe()
frame.f_trace = None
frame.f_trace_lines = False
x = 1
