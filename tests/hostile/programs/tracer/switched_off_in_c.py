# must: tracer_lost
# runs: trusted
import ctypes

ctypes.pythonapi.PyEval_SetTrace(None, None)
x = 1
